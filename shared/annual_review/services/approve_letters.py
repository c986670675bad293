"""Approve the letters of a year: people have read them, and they may go on the letters day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import (
    Act,
    CloseStore,
    LeftLetter,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
    chosen_letters,
)


class NothingToApproveError(Exception):
    """The year has no letters; the message says what to do."""

    retryable = False


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """The hashes of a letter that somebody has read: of its figures, and of its whole message."""

    figures_sha256: str
    message_sha256: str | None


class Unreviewed(Protocol):
    """Knows of which letters a proposed paragraph waits for a person to look at it."""

    def unreviewed(self, year: ReportingYear) -> Collection[AuthorityCode]:
        """Return the authorities of which one is not reviewed yet.

        Raises:
            PortError: It could not be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class ApprovalReport:
    """The letters that were approved, and those that were left, each with the reason."""

    approved: tuple[LetterId, ...]
    left: tuple[LeftLetter, ...]


@dataclass(frozen=True, slots=True)
class ApproveLetters:
    """Approves letters. An approval is one of certain bytes: no others are sent on it."""

    letters: LetterStore
    closes: CloseStore
    unreviewed: Unreviewed

    def approve(
        self,
        year: ReportingYear,
        act: Act,
        *,
        only: Collection[AuthorityCode] = (),
        read: Mapping[LetterId, ReadLetter] | None = None,
        is_dry_run: bool = False,
    ) -> ApprovalReport:
        """Approve every authority's present letter that is prepared, in one person's name.

        `only` names some authorities. `read` is what the person has read; without it that is what
        lies there now. A letter that is another by now is left.

        Raises:
            NothingToApproveError: The year is not closed.
            NoLetterError: One of `only` has no letter.
            PortError: Not every letter was approved; approving again approves the rest.
        """
        if self.closes.latest(year) is None:
            raise NothingToApproveError(f"the year {year} is not closed: close it first")
        unreviewed = self.unreviewed.unreviewed(year)
        approved: list[LetterId] = []
        left: list[LeftLetter] = []
        for letter in chosen_letters(self.letters.of_year(year), only):
            why = _why_not(letter, unreviewed, read)
            if not why and (is_dry_run or self._approve(letter, act)):
                approved.append(letter.id)
                continue
            state = letter.state if why else self.letters.get(letter.id).state
            left.append(LeftLetter(letter.id, state, why or "changed by somebody else meanwhile"))
        return ApprovalReport(tuple(approved), tuple(left))

    def _approve(self, letter: Letter, act: Act) -> bool:
        """Approve the bytes that were read, and none that came in their place."""
        move = Move(
            LetterState.APPROVED,
            act.at,
            f"approved by {act.by}",
            approved_sha256=letter.message_sha256,
            if_message=letter.message_sha256,
        )
        try:
            self.letters.move(letter.id, move, {LetterState.PREPARED})
        except LetterMovedError:
            return False
        return True


def _why_not(
    letter: Letter,
    unreviewed: Collection[AuthorityCode],
    read: Mapping[LetterId, ReadLetter] | None,
) -> str:
    """Return why a letter can't be approved, or nothing."""
    if letter.state is not LetterState.PREPARED:
        return f"it is {letter.state.value}"
    if letter.id.authority in unreviewed:
        return "a proposed paragraph of it is not reviewed yet"
    if read is not None:
        if letter.id not in read:
            return "it is not among the letters that were read"
        if read[letter.id] != ReadLetter(letter.figures_sha256, letter.message_sha256):
            return "changed since it was read"
    return ""
