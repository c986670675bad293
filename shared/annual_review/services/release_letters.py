"""Release the letters of a year: queue what may be sent, and report what may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import CloseStore, LetterQueue, LetterStore, current_letters


class NotReleasedError(Exception):
    """The letters of a year can't be released; the message says why and what to do."""

    retryable = False


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """The letters that were queued, and those that were left with the state they are in."""

    released: tuple[LetterId, ...]
    left: tuple[tuple[LetterId, LetterState], ...]


def sendable_states(*, approval_required: bool) -> frozenset[LetterState]:
    """Return the states from which a letter may be claimed."""
    if approval_required:
        return frozenset({LetterState.APPROVED})
    return frozenset({LetterState.APPROVED, LetterState.PREPARED})


@dataclass(frozen=True, slots=True)
class ReleaseLetters:
    """Releases letters. Doing it twice queues a letter twice and sends it once: claims see to it.

    `letter_day` says on which day the letters of a year go out.
    """

    letters: LetterStore
    closes: CloseStore
    send: LetterQueue
    letter_day: Callable[[ReportingYear], date]
    approval_required: bool

    def release(self, year: ReportingYear, at: datetime) -> ReleaseReport:
        """Queue every authority's present letter that may be sent.

        `at` is the time in Europe/London.

        Raises:
            NotReleasedError: The year is not closed, or its letters day has not come.
            PortError: Not everything was queued; releasing again queues the rest.
        """
        if self.closes.latest(year) is None:
            message = f"the year {year} is not closed: close it first"
            raise NotReleasedError(message)
        if at.date() < (day := self.letter_day(year)):
            message = f"the letters of {year} are dated {day}: release them on that day"
            raise NotReleasedError(message)
        may_go = sendable_states(approval_required=self.approval_required)
        letters = current_letters(self.letters.of_year(year)).values()
        released = tuple(letter.id for letter in letters if letter.state in may_go)
        self.send.put(released)
        left = tuple((each.id, each.state) for each in letters if each.state not in may_go)
        return ReleaseReport(released, left)
