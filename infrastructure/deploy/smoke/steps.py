"""The steps of the smoke test, each waited for until it is really done.

The functions record the event, send the letter and record its delivery. In between the year of the
smoke test is closed and its letter prepared by the same services in this process: on a register
that holds its authority alone, since close_year would plan a letter for every authority of the
register, and with the edition of another year, since its own has none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.adapters.known_authorities import UNKNOWN_AGAIN
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.letters import InMemoryLetterQueue
from annual_review.adapters.waiting import patience
from annual_review.domain.authorities import Register
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.tallies import Tally, counted
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.loaded_editions import LoadedEditions
from annual_review.sample_year.events import envelope
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.errors import PortError, RefusalError
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.prepare_letter import PrepareLetter
from annual_review.services.readiness.deployment import PRODUCTION
from annual_review.services.wording import LONDON
from annual_review.services.year_end.close_year import CloseYear
from annual_review.wiring.system import System
from infrastructure.deploy.smoke.subject import (
    AUTHORITY,
    BY,
    CODE,
    DECISION,
    ISSUE_DATE,
    LETTER,
    RECIPIENT,
    TALLY,
    YEAR,
)

LONGEST_WAIT: Final = 300.0
"""Seconds: a quiet queue is taken from within a minute, and SES reports within seconds."""

SETTLING: Final = 10.0
"""Seconds by which the last report of a letter may be behind that of its delivery."""

_S = LetterState
_ON_ITS_WAY: Final = frozenset({_S.APPROVED, _S.CLAIMED, _S.ACCEPTED})

Say = Callable[[str], None]


class SmokeTestError(Exception):
    """The deployment may not be tried, or a step failed; the message says which, and how."""

    retryable = False


def refuse_unless_safe(system: System) -> None:
    """Refuse a deployment whose letters could reach anybody but a test mailbox of its own.

    Raises:
        SmokeTestError: It is production, or it does not divert its mail to DivertTo.
    """
    settings = system.stack.mail_settings
    if system.stack.protection.stage in {"", PRODUCTION}:
        raise SmokeTestError(f"{system.name} is production: the smoke test is for other stages")
    if settings.mode is not MailMode.DIVERT:
        raise SmokeTestError(
            f"{system.name} does not divert its mail (MailMode is {settings.mode.value}):"
            " the smoke test is for stages that do"
        )
    if settings.test_mailbox == settings.sender:
        raise SmokeTestError(
            f"{system.name} has no test mailbox: deploy it with the parameter DivertTo"
        )


@dataclass(frozen=True, slots=True)
class SmokeTest:
    """Sends one event and one diverted letter through a deployment.

    `patience` is how many seconds each thing that is waited for may take.
    """

    system: System
    say: Say
    patience: float = LONGEST_WAIT
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = field(default=time.monotonic)

    def run(self) -> None:
        """Do all steps.

        Raises:
            SmokeTestError: A step failed, or what it waits for did not happen in time.
        """
        steps = (self._enter, self._record, self._close, self._prepare, self._release, self._arrive)
        for step in steps:
            try:
                self.say(step())
            except (RefusalError, PortError) as error:
                raise SmokeTestError(str(error)) from error

    def _enter(self) -> str:
        entries = [SeenEntry(AUTHORITY, 0), SeenEntry(RECIPIENT, 0)]
        self.system.directory.put(entries, [])
        # An authority that record_decisions does not know is looked for again after this.
        self.pause(UNKNOWN_AGAIN)
        return f"{CODE} is in the register."

    def _record(self) -> str:
        counts = counted(DECISION)
        expected = counts[1] if counts else None
        self.system.stack.bus.publish([envelope(DECISION)])
        self._wait("the decision was not counted", lambda: self._tally() == expected)
        return "An event went over bus, rule and queue into the table, and is counted."

    def _tally(self) -> Tally | None:
        return self.system.cases.tallies([TALLY]).get(TALLY)

    def _close(self) -> str:
        system, documents = self.system, self._documents
        end = self.clock() + self.patience
        report = CloseYear(
            cases=system.cases,
            directory=InMemoryDirectory(Register([AUTHORITY]), {CODE: RECIPIENT}),
            arrivals=system.stack.arrivals,
            documents=documents,
            closes=system.closes,
            letters=system.letters,
            # The function could not prepare it: it has no edition of that year.
            prepare=InMemoryLetterQueue(),
            issue_date=lambda _: ISSUE_DATE,
            phases=year_phases(system.stack.table, documents),
            volumes=system.volumes,
        ).close(YEAR, self._now(), patience(lambda: end - self.clock()))
        return f"{YEAR} is closed: revision {report.close.revision}, letters: {report.letters}."

    def _prepare(self) -> str:
        system, now = self.system, self._now()
        sender = system.stack.mail_settings.sender
        editions = LoadedEditions(lambda year: edition_for(SHIPPED_EDITIONS, year), sender)
        PrepareLetter(
            letters=system.letters,
            closes=system.closes,
            documents=self._documents,
            directory=system.directory,
            paragraphs=system.paragraphs,
            editions=editions,
            approval_required=system.stack.approval_required,
            is_sample=True,
        ).prepare(LETTER, now)
        done = system.approve_letters().approve(YEAR, Act(BY, now)).done
        if list(done) != [LETTER]:
            raise SmokeTestError(f"letter {LETTER.tag} could not be approved: {self._told()}")
        return f"Letter {LETTER.tag} is prepared, and approved by {BY}."

    def _release(self) -> str:
        system = self.system
        done = ReleaseLetters(
            letters=system.letters,
            closes=system.closes,
            directory=system.directory,
            send=system.stack.send_queue,
            stops=system.sending_stops(),
            issue_date=lambda _: ISSUE_DATE,
            approval_required=system.stack.approval_required,
        ).release(YEAR, self._now())
        if list(done.done) != [LETTER]:
            raise SmokeTestError(f"letter {LETTER.tag} could not be released: {self._told()}")
        return "It is released into the queue of send_letter."

    def _arrive(self) -> str:
        self._wait("its delivery was not recorded", self._has_arrived)
        # Reports come in any order, and one about a letter that is gone is a dead letter.
        self.pause(SETTLING)
        self._wait("reports still wait", lambda: not self.system.stack.state.waiting()["delivery"])
        kinds = {each.kind for each in self._letter().history}
        if EventKind.ABOUT_TO_BE_DIVERTED not in kinds:
            raise SmokeTestError(f"letter {LETTER.tag} was sent, and not diverted: {self._told()}")
        return "It was diverted to the test mailbox, and its delivery is recorded."

    def _has_arrived(self) -> bool:
        """Whether it is delivered.

        Raises:
            SmokeTestError: It ended otherwise.
        """
        state = self._letter().state
        if state not in _ON_ITS_WAY | {_S.DELIVERED}:
            raise SmokeTestError(f"letter {LETTER.tag} did not arrive: {self._told()}")
        return state is _S.DELIVERED

    def _letter(self) -> Letter:
        return self.system.letters.get(LETTER)

    def _told(self) -> str:
        last = self._letter().history[-1]
        return f"{last.state.value}, {last.why}"

    def _wait(self, otherwise: str, is_done: Callable[[], bool]) -> None:
        end = self.clock() + self.patience
        while not is_done():
            if self.clock() > end:
                raise SmokeTestError(f"{otherwise} within {self.patience:.0f} seconds")
            self.pause(1.0)

    @property
    def _documents(self) -> S3Documents:
        """The bucket without its lock: what is locked could not be deleted again."""
        return S3Documents(aws_clients.s3(), self.system.stack.documents.bucket)

    @staticmethod
    def _now() -> datetime:
        return datetime.now(LONDON)
