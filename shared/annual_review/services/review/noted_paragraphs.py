"""Notes beside the paragraphs that they propose: what is kept, and what preparing will make of it.

A note becomes a paragraph when its letter is prepared. Until then both lists show it all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.paragraphs import Paragraph
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear
from annual_review.services.letters.own_performance import (
    LoadedNote,
    ParagraphStore,
    proposal_of,
    with_notes,
)


@dataclass(frozen=True, slots=True)
class NotedParagraphs:
    """The paragraphs of a letter as they are kept, and as they are once it is prepared."""

    kept: LetterParagraphs
    once_prepared: LetterParagraphs
    notes: Sequence[LoadedNote]

    def waits(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph is not kept like that before the letter is prepared."""
        return paragraph not in self.kept.paragraphs

    def of_note(self, loaded: LoadedNote) -> Paragraph | None:
        """Return the paragraph of a note, `None` where it was taken back before it had one."""
        return self.once_prepared.from_proposal(proposal_of(loaded))


def noted_paragraphs(
    store: ParagraphStore, year: ReportingYear, at: datetime
) -> Sequence[NotedParagraphs]:
    """Return the paragraphs and notes of the authorities of a year that have some, by code."""
    # The last revision of an authority comes last, and is the one that counts.
    kept = {each.authority: each for each in store.of_year(year)}
    notes: dict[AuthorityCode, list[LoadedNote]] = {}
    for loaded in store.notes_of_year(year):
        notes.setdefault(loaded.note.authority, []).append(loaded)
    found = []
    for code in sorted({*kept, *notes}):
        paragraphs = kept.get(code) or LetterParagraphs(year, FIRST_REVISION, code)
        of_code = notes.get(code, [])
        found.append(NotedParagraphs(paragraphs, with_notes(paragraphs, of_code, at), of_code))
    return found
