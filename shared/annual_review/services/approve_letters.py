"""Approve the letters of a year: people have read them, and they may go on the letters day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import (
    CloseStore,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
    current_letters,
)


class NothingToApproveError(Exception):
    """The year has no letters; the message says what to do."""

    retryable = False


@dataclass(frozen=True, slots=True)
class ApprovalReport:
    """The letters that were approved, and those that were left with the state they are in."""

    approved: tuple[LetterId, ...]
    left: tuple[tuple[LetterId, LetterState], ...]


@dataclass(frozen=True, slots=True)
class ApproveLetters:
    """Approves letters. An approved letter is not prepared anew: what was read is what goes out."""

    letters: LetterStore
    closes: CloseStore

    def approve(
        self, year: ReportingYear, by: str, at: datetime, *, is_dry_run: bool = False
    ) -> ApprovalReport:
        """Approve every authority's present letter that is prepared, in one person's name.

        Raises:
            NothingToApproveError: The year is not closed.
            PortError: Not every letter was approved; approving again approves the rest.
        """
        if self.closes.latest(year) is None:
            raise NothingToApproveError(f"the year {year} is not closed: close it first")
        approved: list[LetterId] = []
        left: list[tuple[LetterId, LetterState]] = []
        for letter in current_letters(self.letters.of_year(year)).values():
            state = letter.state
            if state is LetterState.PREPARED:
                if is_dry_run or self._approve(letter, by, at):
                    approved.append(letter.id)
                    continue
                state = self.letters.get(letter.id).state
            left.append((letter.id, state))
        return ApprovalReport(tuple(approved), tuple(left))

    def _approve(self, letter: Letter, by: str, at: datetime) -> bool:
        move = Move(LetterState.APPROVED, at, f"approved by {by}")
        try:
            self.letters.move(letter.id, move, {LetterState.PREPARED})
        except LetterMovedError:
            return False
        return True
