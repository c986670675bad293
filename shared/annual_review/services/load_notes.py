"""Load the data team's notes: each proposes a paragraph for the letter of its authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.paragraphs import Signed
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import LetterQueue, LetterStore, current_letters
from annual_review.services.own_performance import LoadedNote, Note, ParagraphStore
from annual_review.services.review_paragraphs import is_on_its_way


@dataclass(frozen=True, slots=True)
class NotesReport:
    """What became of the notes of a file.

    `too_late` are those whose letter is on its way: they were not loaded. `prepared_anew` are the
    authorities whose letter was asked for; the others have none yet, and will have it with their
    notes.
    """

    new: int
    there_already: int
    too_late: tuple[Note, ...]
    prepared_anew: tuple[AuthorityCode, ...]


@dataclass(frozen=True, slots=True)
class LoadNotes:
    """Loads notes, before the year is closed or after; loading the same again changes nothing."""

    paragraphs: ParagraphStore
    letters: LetterStore
    prepare: LetterQueue

    def load(
        self,
        year: ReportingYear,
        notes: Sequence[Note],
        signed: Signed,
        *,
        is_dry_run: bool = False,
    ) -> NotesReport:
        """Keep notes and have the letters that they are about prepared anew.

        Raises:
            PortError: Not all of it was done; loading again does the rest.
        """
        gone = {
            code
            for code, letter in current_letters(self.letters.of_year(year)).items()
            if is_on_its_way(letter)
        }
        wanted = [each for each in notes if each.authority not in gone]
        new = 0
        for place, note in enumerate(wanted):
            loaded = LoadedNote(note, signed.by, signed.at, place)
            new += self._is_new(year, note) if is_dry_run else self._add(year, loaded)
        # Read again: the year may have been closed meanwhile, its letters prepared without a note.
        letters = current_letters(self.letters.of_year(year))
        about = dict.fromkeys(each.authority for each in wanted)
        anew = [letters[code].id for code in about if code in letters]
        if not is_dry_run:
            self.prepare.put(anew)
        return NotesReport(
            new=new,
            there_already=len(wanted) - new,
            too_late=tuple(each for each in notes if each.authority in gone),
            prepared_anew=tuple(each.authority for each in anew),
        )

    def _add(self, year: ReportingYear, loaded: LoadedNote) -> bool:
        return self.paragraphs.add_note(year, loaded)

    def _is_new(self, year: ReportingYear, note: Note) -> bool:
        there = self.paragraphs.notes(year, note.authority)
        return all(each.note != note for each in there)
