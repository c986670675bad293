"""Release the letters of a year: queue what may be sent, and report what may not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command
from annual_review.services.directory import Directory
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.errors import MissingError, RefusalError
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    LeftLetter,
    Letter,
    LetterQueue,
    LettersDone,
    LetterStore,
    chosen_letters,
)
from annual_review.services.letters.letter_recipients import mailboxes, recipient_of

_S = LetterState
_LEFT: Final[Mapping[LetterState, str]] = MappingProxyType(
    {
        _S.PLANNED: "not prepared yet",
        _S.PREPARED: "not approved",
        _S.HELD: "held by a person",
        _S.CLAIMED: "being sent",
        _S.UNKNOWN: "nobody knows whether it was sent: settle it",
        _S.FAILED: "failed: fix the cause, then prepare it again",
    }
)


class NotReleasedError(RefusalError):
    """The letters of a year can't be released; the message says why and what to do."""


def may_be_sent(letter: Letter, *, approval_required: bool) -> bool:
    """Whether a letter may be claimed: approved as it lies there, or where nobody is asked to."""
    return letter.is_approved or (letter.state is LetterState.PREPARED and not approval_required)


def is_misaddressed(
    letter: Letter, day: date, register: Register, recipients: Mapping[AuthorityCode, Recipient]
) -> bool:
    """Whether others than those a letter was prepared for receive it by now.

    `day` is the issue date. So it may come about that recipients were loaded while it was claimed,
    and that it was not sent after all.
    """
    try:
        now = mailboxes(recipient_of(letter, day, register.find, recipients.get))
    except MissingError:
        now = ()
    return now != letter.recipients


def misaddressed(letters: Iterable[Letter], day: date, directory: Directory) -> frozenset[LetterId]:
    """Return the letters that wait for approval or release and that a release would leave for it.

    Where none waits, nothing is read.

    Raises:
        PortError: Register or recipients could not be read.
    """
    waiting = [each for each in letters if each.state in {_S.PREPARED, _S.APPROVED}]
    if not waiting:
        return frozenset()
    register, recipients = directory.register(), directory.recipients()
    return frozenset(
        each.id for each in waiting if is_misaddressed(each, day, register, recipients)
    )


@dataclass(frozen=True, slots=True)
class ReleaseLetters:
    """Releases letters. Doing it twice queues a letter twice and sends it once: claims see to it.

    `issue_date` says on which day the letters of a year go out.
    """

    letters: LetterStore
    closes: CloseStore
    directory: Directory
    send: LetterQueue
    stops: SendingStops
    issue_date: Callable[[ReportingYear], date]
    approval_required: bool

    def release(
        self,
        year: ReportingYear,
        at: datetime,
        only: Collection[AuthorityCode] = (),
        *,
        is_dry_run: bool = False,
        resumes: bool = False,
    ) -> LettersDone:
        """Queue every authority's present letter that may be sent, or those of some alone.

        A letter whose recipient in the register is another than when it was prepared is left: who
        has gone does not receive it. `at` is the time in Europe/London. In a dry
        run, `resumes` shows what would be released if sending were not stopped.

        Raises:
            NotReleasedError: The year is not closed, or its issue date has not come.
            SendingStoppedError: Sending was stopped, and nobody has said that it may go on.
            NoLetterError: One of `only` has no letter.
        """
        if self.closes.latest(year) is None:
            raise NotReleasedError(
                f"the year {year} is not closed: close it first", Command.of("close", year)
            )
        if at.date() < (day := self.issue_date(year)):
            message = f"the letters of {year} are dated {day}: release them on that day"
            raise NotReleasedError(message)
        if not (is_dry_run and resumes):
            self.stops.check(year)
        register, recipients = self.directory.register(), self.directory.recipients()

        def judge(letter: Letter) -> LeftLetter | None:
            if not may_be_sent(letter, approval_required=self.approval_required):
                return LeftLetter(letter.id, letter.state, _why_left(letter))
            if is_misaddressed(letter, day, register, recipients):
                return LeftLetter(letter.id, letter.state, "recipient changed: prepare it again")
            return None

        report = LettersDone.by(judge, chosen_letters(self.letters.of_year(year), only))
        if not is_dry_run:
            self.send.put(report.done)
        return report


def _why_left(letter: Letter) -> str:
    if letter.state is LetterState.APPROVED:
        return "it is not the message that was approved: prepare it again"
    return _LEFT.get(letter.state, "sent already")
