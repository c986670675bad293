"""Approve the letters of a year: people have read them, and they may go on the issue date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command, Told
from annual_review.services.errors import RefusalError
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    LeftLetter,
    Letter,
    LetterMovedError,
    LettersDone,
    LetterStore,
    Move,
    chosen_letters,
    replacing,
)
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.own_performance import (
    ParagraphsKey,
    paragraphs_key,
    unreviewed_letters,
)
from annual_review.services.wording import day_of


class NothingToApproveError(RefusalError):
    """The year has no letters; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """The hashes of a letter that somebody has read: of its figures, and of its whole message.

    `altered` names a file in which it was read and that was changed since the review was made.
    """

    figures_sha256: str
    message_sha256: str | None
    altered: str = ""


def after_approving(
    year: ReportingYear, report: LettersDone, issue_date: date, today: date, told: Told
) -> str:
    """Say what comes after an approval; `told` says how a command is done."""
    day = day_of(issue_date)
    if not report.done:
        return f"{told(Command.of('status', year))} shows what each letter waits for."
    if today < issue_date:
        return f"they go out automatically on the issue date, {day}."
    return f"the issue date, {day}, has come: {told(Command.of('release', year))} sends them."


class Paragraphs(Protocol):
    """The paragraphs of the letters, as far as an approval asks for them."""

    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        """Return the paragraphs of every letter of a year that has some."""


@dataclass(frozen=True, slots=True)
class ApproveLetters:
    """Approves letters. An approval is one of certain bytes: no others are sent on it."""

    letters: LetterStore
    closes: CloseStore
    paragraphs: Paragraphs

    def approve(
        self,
        year: ReportingYear,
        act: Act,
        *,
        only: Collection[AuthorityCode] = (),
        read: Mapping[LetterId, ReadLetter] | None = None,
        is_dry_run: bool = False,
    ) -> LettersDone:
        """Approve every authority's present letter that is prepared, in one person's name.

        `only` names some authorities. `read` is what the person has read; without it that is what
        lies there now. A letter that is another by now is left.

        Raises:
            NothingToApproveError: The year is not closed.
            NoLetterError: One of `only` has no letter.
        """
        letters = chosen_letters(self.letters.of_year(year), only)
        # The letters first: a change of paragraphs or a re-issue changes its letter in the same
        # write, so what is read of them now holds as long as the letter is still the one above.
        if not (closes := self.closes.of_year(year)):
            raise NothingToApproveError(
                f"the year {year} is not closed: close it first", Command.of("close", year)
            )
        unreviewed = unreviewed_letters(self.paragraphs.of_year(year))

        def approve(letter: Letter) -> LeftLetter | None:
            why = _why_not(letter, unreviewed, read)
            if later := replacing(closes, letter.id):
                why = f"replaced by revision {later}"
            if why:
                return LeftLetter(letter.id, letter.state, why)
            return None if is_dry_run else self._approve(letter, act)

        return LettersDone.by(approve, letters)

    def _approve(self, letter: Letter, act: Act) -> LeftLetter | None:
        move = Move(
            LetterState.APPROVED,
            act.at,
            f"approved by {act.by}",
            approved_sha256=letter.message_sha256,
            kind=EventKind.APPROVED,
            by=act.by,
        )
        try:
            self.letters.move(letter, move)
        except LetterMovedError as error:
            why = "somebody else has changed it in the meantime"
            return LeftLetter(letter.id, error.letter.state, why)
        return None


def _why_not(
    letter: Letter,
    unreviewed: Collection[ParagraphsKey],
    read: Mapping[LetterId, ReadLetter] | None,
) -> str:
    if letter.state is not LetterState.PREPARED:
        return f"it is {letter.state.value}"
    if paragraphs_key(letter.id) in unreviewed:
        return "a proposed paragraph of it is not reviewed yet"
    if read is not None:
        if letter.id not in read:
            return "it is not among the letters that were read"
        shown = read[letter.id]
        if shown.altered:
            return f"{shown.altered} is not what the review wrote there: review it again"
        if shown != ReadLetter(letter.figures_sha256, letter.message_sha256):
            return "changed since it was read"
    return ""
