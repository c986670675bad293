"""Paragraphs and notes in memory, under the same conditions as the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import Revision
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.own_performance import (
    LoadedNote,
    Note,
    ParagraphsChangedError,
    unreviewed,
)

_Key = tuple[ReportingYear, Revision, AuthorityCode]


class InMemoryParagraphStore:
    """Implements `ParagraphStore`."""

    def __init__(self) -> None:
        self._paragraphs: dict[_Key, LetterParagraphs] = {}
        self._notes: dict[tuple[ReportingYear, Note], LoadedNote] = {}

    def get(
        self, year: ReportingYear, revision: Revision, authority: AuthorityCode
    ) -> LetterParagraphs | None:
        """Return the paragraphs of one letter; `None` if it has none."""
        return self._paragraphs.get((year, revision, authority))

    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        """Return the paragraphs of every letter of a year that has some, by revision and code."""
        return tuple(self._paragraphs[key] for key in sorted(self._paragraphs) if key[0] == year)

    def unreviewed(self, year: ReportingYear) -> frozenset[AuthorityCode]:
        """Return the authorities whose letter can't be approved because of its paragraphs."""
        return unreviewed(self.of_year(year))

    def put(self, paragraphs: LetterParagraphs) -> LetterParagraphs:
        """Keep paragraphs in place of the version they were read at.

        Raises:
            ParagraphsChangedError: They have another version by now.
        """
        self._check(paragraphs)
        kept = replace(paragraphs, version=paragraphs.version + 1)
        self._paragraphs[_key(paragraphs)] = kept
        return kept

    def mark_printed(self, paragraphs: LetterParagraphs, texts: Sequence[str]) -> None:
        """Note what the letter prints, if its paragraphs still have their version.

        Raises:
            ParagraphsChangedError: They have another version by now.
        """
        self._check(paragraphs)
        marked = replace(self._paragraphs[_key(paragraphs)], printed=tuple(texts))
        self._paragraphs[_key(paragraphs)] = marked

    def notes(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[LoadedNote]:
        """Return the notes about an authority in the order of their loading."""
        found = (
            each
            for (of, note), each in self._notes.items()
            if of == year and note.authority == authority
        )
        return sorted(found, key=lambda each: (each.at, each.place))

    def add_note(self, year: ReportingYear, loaded: LoadedNote) -> bool:
        """Keep a note; `False` if the same one is there already."""
        return self._notes.setdefault((year, loaded.note), loaded) is loaded

    def _check(self, paragraphs: LetterParagraphs) -> None:
        there = self._paragraphs.get(_key(paragraphs))
        if (there.version if there else 0) != paragraphs.version:
            raise ParagraphsChangedError(f"the paragraphs of {paragraphs.authority} have changed")


def _key(paragraphs: LetterParagraphs) -> _Key:
    return paragraphs.year, paragraphs.revision, paragraphs.authority
