"""Take a note back: it proposes nothing any more, and its paragraph goes unless reviewed."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import Paragraph
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command, issue_again
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import (
    LetterMove,
    LetterQueue,
    LetterStore,
    current_letters,
)
from annual_review.services.letters.own_performance import (
    LoadedNote,
    ParagraphsKey,
    ParagraphStore,
    paragraphs_key,
    proposal_of,
)
from annual_review.services.letters.reopen_letters import may_be_prepared
from annual_review.services.review.noted_letters import NotedLetters, with_letter


class NoteError(RefusalError):
    """A note can't be taken back; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A note that was taken back.

    `stays` is its paragraph where somebody reviewed it: taking back does not undo a review.
    `is_prepared_again` says whether the authority has a letter, which was asked for.
    """

    loaded: LoadedNote
    stays: Paragraph | None
    is_prepared_again: bool


@dataclass(frozen=True, slots=True)
class TakeNoteBack:
    """Takes notes back, before the year is closed or after, as long as the letter is not sent.

    The letter is taken back in the same write; preparing it withdraws the paragraph.
    """

    paragraphs: ParagraphStore
    letters: LetterStore
    prepare: LetterQueue

    def take_back(  # noqa: PLR0913 (which note, by whom, and whether it is only tried)
        self,
        year: ReportingYear,
        code: AuthorityCode,
        family: Family,
        act: Act,
        *,
        words: str = "",
        is_dry_run: bool = False,
    ) -> TakenBack:
        """Take back the note of a family, told by some of its words where there are several.

        Raises:
            NoteError: There is no such note, or several, or the letter is on its way.
            ConflictError: Others changed the letter all the while.
        """
        loaded = self._the_one(year, code, family, words)
        letters = current_letters(self.letters.of_year(year))
        letter = letters.get(code)
        if letter is not None and not may_be_prepared(letter):
            raise _too_late(year, code)
        key = paragraphs_key(letter.id) if letter else None
        if is_dry_run:
            return TakenBack(loaded, self._reviewed(key, loaded), letter is not None)
        why = f"note taken back by {act.by}"

        def take(move: LetterMove | None) -> bool:
            return self.paragraphs.take_note_back(year, loaded, act, move)

        is_taken = with_letter(letter, act.at, why, take)
        if is_taken is None:
            raise _too_late(year, code)
        if not is_taken:
            raise NoteError(
                f"somebody else changed this note of {code} at the same time: look again",
                Command.of("notes list", year, code),
            )
        asked = NotedLetters(self.letters, self.prepare).ask_for(year, [code], letters, act.at, why)
        key = paragraphs_key(asked[0]) if asked else None
        return TakenBack(loaded, self._reviewed(key, loaded), bool(asked))

    def _the_one(
        self, year: ReportingYear, code: AuthorityCode, family: Family, words: str
    ) -> LoadedNote:
        there = [
            each
            for each in self.paragraphs.notes(year, code)
            if each.note.family is family and each.taken_back is None
        ]
        found = [each for each in there if words.casefold() in each.note.text.casefold()]
        if len(found) == 1:
            return found[0]
        look = Command.of("notes list", year, code)
        if not there:
            raise NoteError(f"{code} has no note of {family.value} in {year}", look)
        if not found:
            raise NoteError(f"no note of {code} of {family.value} has these words", look)
        raise NoteError(
            f"{code} has {len(found)} notes of {family.value}: name one by some of its words",
            look,
        )

    def _reviewed(self, key: ParagraphsKey | None, loaded: LoadedNote) -> Paragraph | None:
        kept = self.paragraphs.get(*key) if key else None
        paragraph = kept.from_proposal(proposal_of(loaded)) if kept else None
        return paragraph if paragraph and paragraph.is_reviewed else None


def _too_late(year: ReportingYear, code: AuthorityCode) -> NoteError:
    return NoteError(
        f"the letter of {code} is on its way already, and its note stays: issue it again, then"
        " take the note back",
        issue_again(year, code),
    )
