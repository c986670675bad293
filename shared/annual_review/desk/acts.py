"""Acts: what a person is about to do, shown before it is done, and done once.

A form alone never changes anything. It proposes an act, which has a page of its own: what the
dry run says, and a button. The button carries out what was shown, or shows what has changed since.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock, Thread
from typing import Final, NewType, Protocol

from annual_review.services.advised_commands import Command
from annual_review.services.errors import PortError, RefusalError
from annual_review.services.progress import Progress

ActId = NewType("ActId", str)
"""Names an act in its address; means nothing outside the desk that made it."""

_MOST_KEPT: Final = 200
_BYTES_OF_AN_ID: Final = 9
_SECONDS_FOR_A_PLAN: Final = 2.0
"""A plan that takes longer is told on the page of its act."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an outcome: what it is about, and what becomes of it."""

    about: str
    what: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page that is worth going to: its address, and what it is called."""

    path: str
    says: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act would do, or what it did.

    `says` is a sentence, `changes` what is changed, `left` what stays as it is, and why; `then` is
    what comes next, and `further` the pages for it; `known` is what a person should know beside it.
    `onward` is the address that comes next where it is another than that from which the act was
    proposed. An outcome without `changes` has nothing to confirm.
    """

    says: str
    changes: Sequence[Row] = ()
    left: Sequence[Row] = ()
    then: str = ""
    known: Sequence[Row] = ()
    further: Sequence[Link] = ()
    onward: str = ""


class Proposal(Protocol):
    """Something that a person can do: a service with what it is to be asked."""

    @property
    def title(self) -> str:
        """What it is called: "Approve letters"."""

    @property
    def back(self) -> str:
        """The address of the room from which it was proposed."""

    def plan(self) -> Outcome:
        """Say what it would do: the dry run of the service.

        Raises:
            RefusalError: It would be refused.
        """

    def carry_out(self, step: Progress) -> Outcome:
        """Do it.

        Raises:
            RefusalError: It was refused, and nothing was changed.
        """


class ActState(StrEnum):
    """How far an act has come."""

    PLANNING = "planning"
    PROPOSED = "proposed"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class ProposedAct:
    """One act with what was shown of it; only the first confirmation counts.

    It is planned and carried out on a thread: its page tells how far it has come. `before` is what
    was shown at first, where that has changed since.
    """

    id: ActId
    proposal: Proposal
    state: ActState = ActState.PLANNING
    planned: Outcome | None = None
    before: Outcome | None = None
    outcome: Outcome | None = None
    error: RefusalError | PortError | None = None
    fault: str = ""
    done: int = 0
    all: int = 0
    _lock: Lock = field(default_factory=Lock)
    _thread: Thread | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether it is planned or carried out just now."""
        return self.state in {ActState.PLANNING, ActState.RUNNING}

    @property
    def command(self) -> Command | None:
        """The command that deals with a refusal."""
        return self.error.command if isinstance(self.error, RefusalError) else None

    @property
    def problem(self) -> str:
        """What went wrong."""
        if isinstance(self.error, PortError):
            return f"{self.error} ({type(self.error).__name__})"
        return str(self.error or self.fault)

    def plan(self) -> None:
        """Find out what it would do."""
        self._start(self._plan)

    def confirm(self) -> None:
        """Carry it out if it would still do what was shown; else show what has changed."""
        with self._lock:
            if self.state is not ActState.PROPOSED:
                return
            self.state = ActState.RUNNING
        self._start(self._carry_out)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is planned or has ended, but no longer than so many seconds."""
        if self._thread:
            self._thread.join(seconds)

    def _start(self, work: Callable[[], None]) -> None:
        self._thread = Thread(target=self._caught, args=(work,), name=f"act {self.id}")
        self._thread.start()

    def _caught(self, work: Callable[[], None]) -> None:
        try:
            work()
        except RefusalError as error:
            self.error, self.state = error, ActState.REFUSED
        except PortError as error:
            self.error, self.state = error, ActState.FAILED
        except Exception as error:  # noqa: BLE001 (a thread has nobody else to tell)
            # The message may hold what stands in letters: the page names only the type.
            failed = f"The desk failed: {type(error).__name__}."
            self.fault = f"{failed} Check the state of the year before you try again."
            self.state = ActState.FAILED

    def _plan(self) -> None:
        self.planned = self.proposal.plan()
        self.state = ActState.PROPOSED

    def _carry_out(self) -> None:
        now = self.proposal.plan()
        if now != self.planned:
            self.before, self.planned = self.planned, now
            self.state = ActState.PROPOSED
            return
        self.outcome = self.proposal.carry_out(self._step)
        self.state = ActState.DONE

    def _step(self, done: int, of: int) -> None:
        self.done, self.all = done, of


class Acts:
    """The acts of one desk, the latest of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[ActId, ProposedAct] = OrderedDict()
        self._lock = Lock()

    def propose(self, proposal: Proposal) -> ProposedAct:
        """Keep an act, and find out what it would do; what takes long is found out meanwhile.

        Raises:
            RefusalError: It would be refused.
            PortError: It can't be found out.
        """
        act = ProposedAct(ActId(secrets.token_urlsafe(_BYTES_OF_AN_ID)), proposal)
        act.plan()
        act.wait(_SECONDS_FOR_A_PLAN)
        if act.error:
            raise act.error
        with self._lock:
            self._kept[act.id] = act
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return act

    def get(self, id_: str) -> ProposedAct | None:
        """Return an act; `None` if there is none of that name (any more)."""
        with self._lock:
            return self._kept.get(ActId(id_))

    def wait(self) -> None:
        """Wait until nothing is under way: what has begun is not cut off."""
        with self._lock:
            kept = [*self._kept.values()]
        for act in kept:
            act.wait()
