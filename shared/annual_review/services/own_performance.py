"""What letters say of authorities' own performance: the ports it is kept and worded behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.cases import CaseReference
from annual_review.domain.figures import Revision
from annual_review.domain.letter_paragraphs import LetterParagraphs, Proposal
from annual_review.domain.own_performance import LATE, NOT_COMPLIED, Family, Finding, findings
from annual_review.domain.paragraphs import Origin
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Measure
from annual_review.services.counted_cases import CountedCase
from annual_review.services.errors import ConflictError
from annual_review.services.frozen_authority import FrozenAuthority


@dataclass(frozen=True, slots=True)
class Note:
    """What the data team noted about an authority; its text is to be printed as it stands."""

    authority: AuthorityCode
    family: Family
    text: str


@dataclass(frozen=True, slots=True)
class LoadedNote:
    """A note as it was loaded: by whom, when, and at which place of its file."""

    note: Note
    by: str
    at: datetime
    place: int


class ParagraphsChangedError(ConflictError):
    """Somebody else changed the paragraphs of the same letter first; nothing was overwritten."""


class ParagraphStore(Protocol):
    """Where the paragraphs of letters are kept, and the notes of the data team."""

    def get(
        self, year: ReportingYear, revision: Revision, authority: AuthorityCode
    ) -> LetterParagraphs | None:
        """Return the paragraphs of one letter, read consistently; `None` if it has none.

        Raises:
            PortError: They could not be read.
        """
        ...

    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        """Return the paragraphs of every letter of a year that has some, by revision and code.

        Raises:
            PortError: They could not be read.
        """
        ...

    def unreviewed(self, year: ReportingYear) -> frozenset[AuthorityCode]:
        """Return the authorities whose letter can't be approved because of its paragraphs.

        Raises:
            PortError: They could not be read.
        """
        ...

    def put(self, paragraphs: LetterParagraphs) -> LetterParagraphs:
        """Keep paragraphs in place of the version they were read at; return them with the next.

        Raises:
            ParagraphsChangedError: They have another version by now.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        ...

    def mark_printed(self, paragraphs: LetterParagraphs, texts: Sequence[str]) -> None:
        """Note what the letter prints, if its paragraphs still have the version they were read at.

        Raises:
            ParagraphsChangedError: They have another version by now.
            PortError: It failed otherwise.
        """
        ...

    def notes(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[LoadedNote]:
        """Return the notes about an authority in the order of their loading, read consistently.

        Raises:
            PortError: They could not be read.
        """
        ...

    def add_note(self, year: ReportingYear, loaded: LoadedNote) -> bool:
        """Keep a note; `False` if the same one, whoever loaded it, is there already.

        Raises:
            PortError: It could not be kept.
        """
        ...


class ParagraphWriter(Protocol):
    """Words what figures say, as the edition of one year puts it."""

    def write(self, finding: Finding, authority: Authority, year: ReportingYear) -> str:
        """Return the text of a paragraph."""
        ...


def unreviewed(paragraphs: Iterable[LetterParagraphs]) -> frozenset[AuthorityCode]:
    """Return the authorities whose letter can't be approved because of its paragraphs.

    Somebody has to review one of them, or the letter waits to be prepared with what was decided.
    Only the latest revision of each authority counts.
    """
    latest = {each.authority: each for each in sorted(paragraphs, key=lambda each: each.revision)}
    return frozenset(code for code, each in latest.items() if each.open_matter is not None)


@dataclass(frozen=True, slots=True)
class ProposeParagraphs:
    """Proposes paragraphs from frozen figures and from notes, and never over what was reviewed.

    `writer` returns what words the findings of a year.
    """

    store: ParagraphStore
    writer: Callable[[ReportingYear], ParagraphWriter]

    def propose(self, frozen: FrozenAuthority, at: datetime) -> LetterParagraphs:
        """Return the paragraphs of a letter with all that is proposed for it, and keep them.

        The letter of a later revision begins with those of the revision before.

        Raises:
            ParagraphsChangedError: Somebody changed them just now.
            PortError: They could not be read or kept.
        """
        code = frozen.figures.authority.code
        proposals = (*self._from_figures(frozen), *self._from_notes(frozen.year, code))
        now = self.store.get(frozen.year, frozen.revision, code)
        begun = now or self._begun(frozen, proposals, at)
        then = begun.proposed(proposals, at)
        return then if then == (now or _none(frozen)) else self.store.put(then)

    def mark_printed(self, paragraphs: LetterParagraphs, texts: Sequence[str]) -> None:
        """Note what the letter prints now, once it is rendered and recorded.

        Raises:
            ParagraphsChangedError: The paragraphs were changed meanwhile: the letter must be
                prepared again.
            PortError: It could not be noted.
        """
        if paragraphs.version and paragraphs.printed != tuple(texts):
            self.store.mark_printed(paragraphs, texts)
            return
        key = paragraphs.year, paragraphs.revision, paragraphs.authority
        now = self.store.get(*key)
        if (now.version if now else 0) != paragraphs.version:
            raise ParagraphsChangedError(f"the paragraphs of {paragraphs.authority} have changed")

    def _begun(
        self, frozen: FrozenAuthority, proposals: Sequence[Proposal], at: datetime
    ) -> LetterParagraphs:
        code = frozen.figures.authority.code
        for revision in range(frozen.revision - 1, 0, -1):
            if earlier := self.store.get(frozen.year, Revision(revision), code):
                return earlier.carried_over(frozen.revision, proposals, at)
        return _none(frozen)

    def _from_figures(self, frozen: FrozenAuthority) -> Iterable[Proposal]:
        figures = frozen.figures
        found = findings(frozen.year, figures.tally, _references(frozen.cases), frozen.earlier)
        by = f"figures of revision {frozen.revision}"
        for each in found:
            text = self.writer(frozen.year).write(each, figures.authority, frozen.year)
            yield Proposal(each.kind.family, Origin.FIGURES, text, by, each.kind.value)

    def _from_notes(self, year: ReportingYear, code: AuthorityCode) -> Iterable[Proposal]:
        for each in self.store.notes(year, code):
            yield Proposal(each.note.family, Origin.NOTE, each.note.text, each.by)


def _none(frozen: FrozenAuthority) -> LetterParagraphs:
    return LetterParagraphs(frozen.year, frozen.revision, frozen.figures.authority.code)


def _references(cases: Iterable[CountedCase]) -> Mapping[Measure, Sequence[CaseReference]]:
    found: defaultdict[Measure, list[CaseReference]] = defaultdict(list)
    for case in sorted(cases):
        for measure in {LATE, NOT_COMPLIED} & set(case.measures):
            found[measure].append(case.reference)
    return found
