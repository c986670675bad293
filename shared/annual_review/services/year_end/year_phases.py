"""Advance a year through its phases, as far as its closes and letters prove, and keep when and why.

What is kept never goes back. A letter that is re-issued or sent again after the year was complete
has a small round of its own, in which the facts prove less than what is kept: the kept phase says
how far the year came, the standing how far its present letters are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear, Revision
from annual_review.domain.tallies import Tally
from annual_review.domain.year_phases import (
    MEANING,
    LetterFacts,
    ProvenPhase,
    YearFacts,
    YearPhase,
    proven_phase,
)
from annual_review.services.documents import Documents
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import read_tally_record
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import Letter, LetterStore, current_letters


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One line of a year's history: when it came to which phase, and why."""

    at: datetime
    phase: YearPhase
    why: str


@dataclass(frozen=True, slots=True)
class PhaseRecord:
    """How far a year has come, step by step. A year without a record is open.

    A step is added and none taken out, so that their number tells one record from the next.
    """

    year: ReportingYear
    history: tuple[PhaseStep, ...] = ()

    @property
    def phase(self) -> YearPhase:
        """The phase that it came to last."""
        return self.history[-1].phase if self.history else YearPhase.OPEN

    @property
    def since(self) -> datetime | None:
        """When it came to its phase; `None` for a year that is open."""
        return self.history[-1].at if self.history else None


class PhaseStore(Protocol):
    """Where the phases of the years are kept. Every step is one conditional write."""

    def get(self, year: ReportingYear) -> PhaseRecord:
        """Return the record of a year, read consistently; an empty one if there is none."""

    def add(self, record: PhaseRecord, step: PhaseStep) -> bool:
        """Keep one more step; `False` if another was kept since this record was read."""


@dataclass(frozen=True, slots=True)
class YearRead:
    """A year as it was read.

    `names` are what the authorities are called in the frozen figures, `revisions` the latest that
    planned a letter for each of them, `frozen` what was frozen last of each. `all_letters` has
    those of earlier revisions and dispatches.
    """

    year: ReportingYear
    is_closed: bool = False
    names: Mapping[AuthorityCode, str] = field(default_factory=dict)
    revisions: Mapping[AuthorityCode, Revision] = field(default_factory=dict)
    frozen: Mapping[AuthorityCode, Tally] = field(default_factory=dict)
    all_letters: tuple[Letter, ...] = ()

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The letter that counts for each authority, by code; a replaced one never does."""
        current = current_letters(self.all_letters)
        return tuple(
            current[code]
            for code in sorted(current)
            if current[code].id.revision >= self.revisions.get(code, FIRST_REVISION)
        )

    @property
    def facts(self) -> YearFacts:
        """What decides how far it has come."""
        return YearFacts(
            is_closed=self.is_closed,
            authorities={
                code: self.revisions.get(code, FIRST_REVISION) for code in sorted(self.names)
            },
            letters={letter.id.authority: _facts_of(letter) for letter in self.letters},
            names=self.names,
        )

    @property
    def proven_phase(self) -> ProvenPhase:
        """How far the facts say that it has come."""
        return proven_phase(self.facts)


@dataclass(frozen=True, slots=True)
class YearPhases:
    """Reads how far years have come, and writes it down. Two at once do no harm."""

    phases: PhaseStore
    closes: CloseStore
    letters: LetterStore
    documents: Documents

    def read(self, year: ReportingYear) -> YearRead:
        """Read a year.

        Raises:
            AlteredRecordError: The frozen figures are not those that were frozen.
        """
        closes = self.closes.of_year(year)
        if not closes:
            return YearRead(year)
        names, revisions, frozen = self._planned_by(closes)
        return YearRead(
            year,
            is_closed=True,
            names=names,
            revisions=revisions,
            frozen=frozen,
            all_letters=tuple(self.letters.of_year(year)),
        )

    def advance(self, year: ReportingYear, at: datetime) -> PhaseRecord:
        """Take a year as many steps on as its facts prove, and return what is kept then.

        Raises:
            AlteredRecordError: The frozen figures are not those that were frozen.
        """
        return self.advance_to(self.read(year), at)

    def advance_to(self, read: YearRead, at: datetime) -> PhaseRecord:
        """Take a year that was read as many steps on as what was read proves."""
        record, proven = self.phases.get(read.year), read.proven_phase.phase
        while (following := record.phase.next) and proven.reaches(following):
            step = PhaseStep(at, following, _why(following, read))
            if self.phases.add(record, step):
                record = PhaseRecord(read.year, (*record.history, step))
            else:
                record = self.phases.get(read.year)
        return record

    def _planned_by(
        self, closes: Iterable[Close]
    ) -> tuple[
        Mapping[AuthorityCode, str],
        Mapping[AuthorityCode, Revision],
        Mapping[AuthorityCode, Tally],
    ]:
        """Return everybody for whom a close has planned a letter, and which one did so last.

        With them, what the last one froze.
        """
        names: dict[AuthorityCode, str] = {}
        revisions: dict[AuthorityCode, Revision] = {}
        frozen: dict[AuthorityCode, Tally] = {}
        for close in closes:
            figures = FrozenRecords(self.documents, close).year()
            for each in figures["authorities"]:
                if close.reissues in {None, each["code"]}:
                    names[AuthorityCode(each["code"])] = each["authority"]
                    revisions[AuthorityCode(each["code"])] = close.revision
                    frozen[AuthorityCode(each["code"])] = read_tally_record(each["tally"])
        return names, revisions, frozen


def has_ended(letter: Letter) -> bool:
    """Whether a letter came to an end, as far as the phases of its year are concerned."""
    return _facts_of(letter).reached is YearPhase.COMPLETE


def _facts_of(letter: Letter) -> LetterFacts:
    return LetterFacts(
        letter.state,
        is_attempted=letter.attempts > 0,
        is_dealt_with=letter.is_dealt_with,
        revision=letter.id.revision,
    )


def _why(phase: YearPhase, read: YearRead) -> str:
    """Say what proved a phase: numbers and meanings, never what a person wrote."""
    if phase is YearPhase.CLOSED:
        return f"the figures of {len(read.facts.authorities)} authorities are frozen"
    return f"{MEANING[phase]} ({len(read.facts.letters)} letters)"
