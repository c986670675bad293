"""What letters say of authorities' own performance: the ports it is kept and worded behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.cases import CaseReference
from annual_review.domain.letter_paragraphs import LetterParagraphs, ParagraphProposal
from annual_review.domain.letters import Act, LetterId
from annual_review.domain.own_performance import LATE, NOT_COMPLIED, Family, Finding, findings
from annual_review.domain.paragraphs import Origin
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import Measure
from annual_review.services.errors import ConflictError
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Letter, LetterMove, Move


@dataclass(frozen=True, slots=True)
class Note:
    """What the data team noted about an authority; its text is to be printed as it stands."""

    authority: AuthorityCode
    family: Family
    text: str


@dataclass(frozen=True, slots=True)
class LoadedNote:
    """A note as it was loaded: by whom, when, and at which place of its file.

    `taken_back` says who took it back, when and why: it proposes nothing any more.
    """

    note: Note
    by: str
    at: datetime
    place: int
    taken_back: Act | None = None


class ParagraphsChangedError(ConflictError):
    """Somebody else changed the paragraphs of the same letter first; nothing was overwritten."""


class ParagraphStore(Protocol):
    """Where the paragraphs of letters are kept, and the notes of the data team."""

    def get(
        self, year: ReportingYear, revision: Revision, authority: AuthorityCode
    ) -> LetterParagraphs | None:
        """Return the paragraphs of one letter, read consistently; `None` if it has none."""

    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        """Return the paragraphs of every letter of a year that has some, by revision and code."""

    def put(self, paragraphs: LetterParagraphs, letter: Letter, move: Move) -> LetterParagraphs:
        """Keep paragraphs in place of the version they were read at, and move their letter.

        Both are one write: a letter never claims to print what was not decided. Returns the
        paragraphs with their next version.

        Raises:
            ParagraphsChangedError: They have another version by now.
            LetterMovedError: The letter was changed since it was read.
        """

    def notes(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[LoadedNote]:
        """Return the notes about an authority in the order of their loading, read consistently.

        Those that were taken back are among them.
        """

    def notes_of_year(self, year: ReportingYear) -> Sequence[LoadedNote]:
        """Return the notes about all authorities, by code and in the order of their loading."""

    def add_note(self, year: ReportingYear, loaded: LoadedNote, letter: LetterMove | None) -> bool:
        """Keep a note and move the letter that it is for; `False` if the note is there already.

        Both are one write. `letter` is `None` where the authority has no letter yet. A note that
        was taken back is not there.

        Raises:
            LetterMovedError: The letter was changed since it was read, or there is one by now.
        """

    def take_note_back(
        self, year: ReportingYear, loaded: LoadedNote, act: Act, letter: LetterMove | None
    ) -> bool:
        """Take a note back and move the letter that it is for; `False` if it has changed by now.

        Both are one write. `loaded` is the note as it was read.

        Raises:
            LetterMovedError: The letter was changed since it was read, or there is one by now.
        """


class ParagraphWriter(Protocol):
    """Words what figures say, as the edition of one year puts it."""

    def write(self, finding: Finding, authority: Authority, year: ReportingYear) -> str:
        """Return the text of a paragraph."""


ParagraphsKey = tuple[ReportingYear, Revision, AuthorityCode]
"""Whose paragraphs, in the letter of which revision. All dispatches of it print the same."""


def paragraphs_key(letter: LetterId) -> ParagraphsKey:
    """Return under what the paragraphs of a letter are kept."""
    return letter.year, letter.revision, letter.authority


def unreviewed_letters(paragraphs: Iterable[LetterParagraphs]) -> frozenset[ParagraphsKey]:
    """Return the letters of which a proposed paragraph waits for a person to look at it."""
    return frozenset(each.key for each in paragraphs if each.unreviewed)


@dataclass(frozen=True, slots=True)
class ProposedParagraphs:
    """The paragraphs of a letter with all that is proposed for it, and whether that is news."""

    paragraphs: LetterParagraphs
    is_changed: bool

    def texts(self, *, with_unreviewed: bool) -> tuple[str, ...]:
        """Return what the letter is to print, with or without what nobody has reviewed."""
        return self.paragraphs.texts(with_unreviewed=with_unreviewed)


@dataclass(frozen=True, slots=True)
class ProposeParagraphs:
    """Proposes paragraphs from frozen figures and from notes, and never over what was reviewed.

    `writer` returns what words the findings of a year.
    """

    store: ParagraphStore
    writer: Callable[[ReportingYear], ParagraphWriter]

    def propose(self, frozen: FrozenAuthority, at: datetime) -> ProposedParagraphs:
        """Return the paragraphs of a letter with all that is proposed for it; keep nothing.

        The letter of a later revision begins with those of the revision before.
        """
        code = frozen.figures.authority.code
        # The kept ones first: a note that comes later changes the letter as well.
        kept = self.store.get(frozen.year, frozen.revision, code)
        notes = self.store.notes(frozen.year, code)
        proposals = tuple(self._from_figures(frozen))
        begun = kept or self._begun(frozen, proposals, at)
        then = with_notes(begun.proposed(proposals, at), notes, at)
        return ProposedParagraphs(then, is_changed=then != (kept or _none(frozen)))

    def _begun(
        self, frozen: FrozenAuthority, proposals: Sequence[ParagraphProposal], at: datetime
    ) -> LetterParagraphs:
        code = frozen.figures.authority.code
        for revision in range(frozen.revision - 1, 0, -1):
            if earlier := self.store.get(frozen.year, Revision(revision), code):
                return earlier.carried_over(frozen.revision, proposals, at)
        return _none(frozen)

    def _from_figures(self, frozen: FrozenAuthority) -> Iterable[ParagraphProposal]:
        figures = frozen.figures
        found = findings(frozen.year, figures.tally, _references(frozen.cases), frozen.earlier)
        by = f"figures of revision {frozen.revision}"
        for each in found:
            text = self.writer(frozen.year).write(each, figures.authority, frozen.year)
            yield ParagraphProposal(each.kind.family, Origin.FIGURES, text, by, each.kind.value)


def proposal_of(loaded: LoadedNote) -> ParagraphProposal:
    """Return the paragraph that a note proposes, in its own words."""
    return ParagraphProposal(loaded.note.family, Origin.NOTE, loaded.note.text, loaded.by)


def with_notes(
    paragraphs: LetterParagraphs, notes: Sequence[LoadedNote], at: datetime
) -> LetterParagraphs:
    """Return the paragraphs of a letter with what its notes propose, and without what they did."""
    taken_back = [(proposal_of(each), each.taken_back) for each in notes if each.taken_back]
    proposals = [proposal_of(each) for each in notes if each.taken_back is None]
    return paragraphs.without(taken_back).proposed(proposals, at)


def _none(frozen: FrozenAuthority) -> LetterParagraphs:
    return LetterParagraphs(frozen.year, frozen.revision, frozen.figures.authority.code)


def _references(cases: Iterable[CountedCase]) -> Mapping[Measure, Sequence[CaseReference]]:
    found: defaultdict[Measure, list[CaseReference]] = defaultdict(list)
    for case in sorted(cases):
        for measure in {LATE, NOT_COMPLIED} & set(case.measures):
            found[measure].append(case.reference)
    return found
