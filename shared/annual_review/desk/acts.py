"""Acts: what a person is about to do, shown before it is done, and done once.

A form never changes anything by itself. It proposes an act, which has a page of its own: what the
dry run says, and a button. The button carries out what was shown, or shows what has changed since.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock, Thread
from typing import Final, NewType, Protocol

from annual_review.services.errors import PortError, RefusalError
from annual_review.services.progress import Progress

ActId = NewType("ActId", str)
"""Names an act in its address; means nothing outside the desk that made it."""

_MOST_KEPT: Final = 200
_BYTES_OF_AN_ID: Final = 9


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an outcome: what it is about, and what becomes of it."""

    about: str
    what: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act would do, or what it did.

    `says` is a sentence, `changes` what is changed, `left` what stays as it is, and why; `then` is
    what comes next, `known` what a person should know beside it. `onward` is the address that comes
    next where it is another than that from which the act was proposed. An outcome without `changes`
    has nothing to confirm.
    """

    says: str
    changes: Sequence[Row] = ()
    left: Sequence[Row] = ()
    then: str = ""
    known: Sequence[Row] = ()
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

    PROPOSED = "proposed"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class ProposedAct:
    """One act with what was shown of it; only the first confirmation counts."""

    id: ActId
    proposal: Proposal
    planned: Outcome
    state: ActState = ActState.PROPOSED
    before: Outcome | None = None
    """What was shown at first, where that has changed since."""
    outcome: Outcome | None = None
    problem: str = ""
    command: str = ""
    done: int = 0
    all: int = 0
    _lock: Lock = field(default_factory=Lock)
    _thread: Thread | None = None

    def confirm(self) -> None:
        """Carry it out if it would still do what was shown; else show what has changed.

        It runs on a thread of its own: its page tells how far it has come.
        """
        with self._lock:
            if self.state is not ActState.PROPOSED:
                return
            self.state = ActState.RUNNING
            self._thread = Thread(target=self._run, name=f"act {self.proposal.title}")
            self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it came to an end, or for so long."""
        if self._thread:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            now = self.proposal.plan()
            if now != self.planned:
                self.before, self.planned = self.planned, now
                self.state = ActState.PROPOSED
                return
            self.outcome = self.proposal.carry_out(self._step)
            self.state = ActState.DONE
        except RefusalError as error:
            self.problem, self.command = str(error), error.command
            self.state = ActState.REFUSED
        except PortError as error:
            self.problem = f"{error} ({type(error).__name__})"
            self.state = ActState.FAILED
        except Exception as error:  # noqa: BLE001 (a thread has nobody else to tell)
            # The message may hold what stands in letters: the page names the type alone.
            self.problem = f"The desk failed: {type(error).__name__}. Look at how the year stands."
            self.state = ActState.FAILED

    def _step(self, done: int, of: int) -> None:
        self.done, self.all = done, of


class Acts:
    """The acts of one desk, the latest of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[ActId, ProposedAct] = OrderedDict()
        self._lock = Lock()

    def propose(self, proposal: Proposal) -> ProposedAct:
        """Keep an act with what it would do.

        Raises:
            RefusalError: It would be refused.
        """
        planned = proposal.plan()
        act = ProposedAct(ActId(secrets.token_urlsafe(_BYTES_OF_AN_ID)), proposal, planned)
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
