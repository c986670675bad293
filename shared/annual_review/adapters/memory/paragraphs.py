"""Paragraphs and notes in memory, under the same conditions as the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, LetterId
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear, Revision
from annual_review.services.letters.letter import Letter, LetterMove, LetterMovedError, Move
from annual_review.services.letters.own_performance import (
    LoadedNote,
    Note,
    ParagraphsChangedError,
    ParagraphsKey,
    ParagraphStore,
)


class InMemoryParagraphStore(ParagraphStore):
    """What changes here changes its letter in the same write."""

    def __init__(self, letters: InMemoryLetterStore | None = None) -> None:
        self.letters = InMemoryLetterStore() if letters is None else letters
        self._paragraphs: dict[ParagraphsKey, LetterParagraphs] = {}
        self._notes: dict[tuple[ReportingYear, Note], LoadedNote] = {}

    def get(
        self, year: ReportingYear, revision: Revision, authority: AuthorityCode
    ) -> LetterParagraphs | None:
        return self._paragraphs.get((year, revision, authority))

    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        return tuple(self._paragraphs[key] for key in sorted(self._paragraphs) if key[0] == year)

    def put(self, paragraphs: LetterParagraphs, letter: Letter, move: Move) -> LetterParagraphs:
        self.letters.check([(letter, move)])
        there = self._paragraphs.get(paragraphs.key)
        if (there.version if there else 0) != paragraphs.version:
            raise ParagraphsChangedError(f"the paragraphs of {paragraphs.authority} have changed")
        self.letters.move(letter, move)
        return self.keep(paragraphs)

    def keep(self, paragraphs: LetterParagraphs) -> LetterParagraphs:
        """Keep paragraphs as they are given, for a letter that is nowhere kept."""
        kept = replace(paragraphs, version=paragraphs.version + 1)
        self._paragraphs[paragraphs.key] = kept
        return kept

    def notes(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[LoadedNote]:
        return [each for each in self.notes_of_year(year) if each.note.authority == authority]

    def notes_of_year(self, year: ReportingYear) -> Sequence[LoadedNote]:
        found = (each for (of, _), each in self._notes.items() if of == year)
        return sorted(found, key=lambda each: (each.note.authority, each.at, each.place))

    def add_note(
        self, year: ReportingYear, loaded: LoadedNote, letter: LetterMove | None = None
    ) -> bool:
        there = self._notes.get((year, loaded.note))
        if there is not None and there.taken_back is None:
            return False
        self._move(year, loaded, letter)
        self._notes[year, loaded.note] = loaded
        return True

    def take_note_back(
        self, year: ReportingYear, loaded: LoadedNote, act: Act, letter: LetterMove | None = None
    ) -> bool:
        if self._notes.get((year, loaded.note)) != loaded or loaded.taken_back:
            return False
        self._move(year, loaded, letter)
        self._notes[year, loaded.note] = replace(loaded, taken_back=act)
        return True

    def _move(self, year: ReportingYear, loaded: LoadedNote, letter: LetterMove | None) -> None:
        if letter is not None:
            self.letters.move(*letter)
        elif planned := self.letters.find(LetterId(year, FIRST_REVISION, loaded.note.authority)):
            raise LetterMovedError(planned)
