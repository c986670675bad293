"""Load the data team's notes: each proposes a paragraph for the letter of its authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act, LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import (
    Letter,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    current_letters,
)
from annual_review.services.letters.own_performance import LoadedNote, Note, ParagraphStore
from annual_review.services.letters.reopen_letters import may_be_prepared, reopened

_ROUNDS: Final = 5
"""How often a letter is read again when somebody else changes it meanwhile."""


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
            PortError: Not all of it was done; loading again does the rest.
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
            asked = self._ask_for(year, about, letters, act)
        return NotesReport(
            new=sum(loaded.values()),
            there_already=len(loaded) - sum(loaded.values()),
            too_late=tuple(too_late),
            prepared_again=tuple(letter.authority for letter in asked),
        )

    def _add(self, year: ReportingYear, loaded: LoadedNote, letter: Letter | None) -> bool | None:
        """Keep a note: whether it is new, or `None` where its letter is on its way by now."""
        why = f"note loaded by {loaded.by}"
        for _ in range(_ROUNDS):
            if letter is not None and not may_be_prepared(letter):
                return None
            move = None if letter is None else (letter, reopened(letter, loaded.at, why))
            try:
                return self.paragraphs.add_note(year, loaded, move)
            except LetterMovedError as error:
                letter = error.letter
        code = loaded.note.authority
        raise ConflictError(f"the letter of {code} is being changed by others: load again")

    def _ask_for(
        self,
        year: ReportingYear,
        about: Iterable[AuthorityCode],
        before: Mapping[AuthorityCode, Letter],
        act: Act,
    ) -> list[LetterId]:
        """Ask for the letters to be prepared that count by now.

        One that took the place of another since, as a re-issue or the next dispatch, may have been
        prepared without the note: it is taken back as well.

        Raises:
            ConflictError: It was claimed without the note, or others changed it all the while.
        """
        asked: list[LetterId] = []
        now = current_letters(self.letters.of_year(year))
        for code in about:
            letter = now.get(code)
            if letter is None:
                continue
            if code in before and letter.id != before[code].id:
                self._take_back(letter, act)
            asked.append(letter.id)
        self.prepare.put(asked)
        return asked

    def _take_back(self, letter: Letter, act: Act) -> None:
        for _ in range(_ROUNDS):
            if not may_be_prepared(letter):
                break
            try:
                move = reopened(letter, act.at, f"note loaded by {act.by}")
                self.letters.move(letter, move)
            except LetterMovedError as error:
                letter = error.letter
            else:
                return
        raise ConflictError(
            f"letter {letter.id.tag} was made at the same time, perhaps without its note, and is"
            f" {letter.state.value}: look at it"
        )

    def _is_new(self, year: ReportingYear, note: Note) -> bool:
        there = self.paragraphs.notes(year, note.authority)
        return all(each.note != note for each in there)
