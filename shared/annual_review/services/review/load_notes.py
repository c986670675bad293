"""Load the data team's notes: each proposes a paragraph for the letter of its authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters.letter import (
    Letter,
    LetterMove,
    LetterQueue,
    LetterStore,
    current_letters,
)
from annual_review.services.letters.own_performance import LoadedNote, Note, ParagraphStore
from annual_review.services.letters.reopen_letters import may_be_prepared
from annual_review.services.review.noted_letters import NotedLetters, with_letter


@dataclass(frozen=True, slots=True)
class NotesReport:
    """What became of the notes of a file.

    `too_late` are those whose letter is on its way: they were not loaded. `prepared_again` are the
    authorities whose letter was asked for; the others have none yet, and will have it with their
    notes.
    """

    new: int
    there_already: int
    too_late: tuple[Note, ...]
    prepared_again: tuple[AuthorityCode, ...]


@dataclass(frozen=True, slots=True)
class LoadNotes:
    """Loads notes, before the year is closed or after; loading the same again changes nothing.

    A note takes the letter that it is for back in the same write: its approval is gone, and until
    it is prepared with the note it can't be sent.
    """

    paragraphs: ParagraphStore
    letters: LetterStore
    prepare: LetterQueue

    def load(
        self,
        year: ReportingYear,
        notes: Sequence[Note],
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> NotesReport:
        """Keep notes and have the letters that they are about prepared again.

        Raises:
            ConflictError: Others changed a letter all the while.
        """
        letters = current_letters(self.letters.of_year(year))
        loaded: dict[Note, bool] = {}
        too_late: list[Note] = []
        for place, note in enumerate(notes):
            letter = letters.get(note.authority)
            if letter is not None and not may_be_prepared(letter):
                too_late.append(note)
            elif is_dry_run:
                loaded[note] = self._is_new(year, note)
            else:
                new = self._add(year, LoadedNote(note, act.by, act.at, place), letter)
                if new is None:
                    too_late.append(note)
                else:
                    loaded[note] = new
        about = dict.fromkeys(note.authority for note in loaded)
        asked = [letters[code].id for code in about if code in letters]
        if not is_dry_run:
            asked = self._noted.ask_for(year, about, letters, act.at, f"note loaded by {act.by}")
        return NotesReport(
            new=sum(loaded.values()),
            there_already=len(loaded) - sum(loaded.values()),
            too_late=tuple(too_late),
            prepared_again=tuple(letter.authority for letter in asked),
        )

    @property
    def _noted(self) -> NotedLetters:
        return NotedLetters(self.letters, self.prepare)

    def _add(self, year: ReportingYear, loaded: LoadedNote, letter: Letter | None) -> bool | None:
        """Keep a note: whether it is new, or `None` where its letter is on its way by now."""

        def add(move: LetterMove | None) -> bool:
            return self.paragraphs.add_note(year, loaded, move)

        return with_letter(letter, loaded.at, f"note loaded by {loaded.by}", add)

    def _is_new(self, year: ReportingYear, note: Note) -> bool:
        there = self.paragraphs.notes(year, note.authority)
        return all(each.note != note or each.taken_back for each in there)
