"""Tallies: the running counts of one authority in one reporting year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NewType

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import (
    CaseState,
    Compliance,
    ComplianceOutcome,
    DecisionOutcome,
    Subject,
    Withdrawal,
)
from annual_review.domain.reporting_year import ReportingYear

Measure = NewType("Measure", str)
"""The name of one count: an outcome, `satisfactory_remedy`, or `subject:` and a subject."""

SATISFACTORY_REMEDY = Measure("satisfactory_remedy")


def subject_measure(subject: Subject) -> Measure:
    """Return the name under which decisions about a subject are counted."""
    return Measure(f"subject:{subject.value}")


MEASURES: tuple[Measure, ...] = (
    *(Measure(outcome.value) for outcome in DecisionOutcome),
    SATISFACTORY_REMEDY,
    *(Measure(outcome.value) for outcome in ComplianceOutcome),
    *(subject_measure(subject) for subject in Subject),
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a tally by its name: the sum of `measures`, and of no case twice."""

    name: str
    measures: frozenset[Measure]


def _outcomes(name: str, outcomes: Iterable[DecisionOutcome | ComplianceOutcome]) -> Number:
    return Number(name, frozenset(Measure(each.value) for each in outcomes))


DECISIONS: Final = _outcomes("decisions", DecisionOutcome)
INVESTIGATIONS: Final = _outcomes(
    "investigations", (each for each in DecisionOutcome if each.is_investigation)
)
UPHELD: Final = _outcomes("upheld", [DecisionOutcome.UPHELD])
SATISFACTORY_REMEDIES: Final = Number(SATISFACTORY_REMEDY, frozenset({SATISFACTORY_REMEDY}))
COMPLIANCE_OUTCOMES: Final = _outcomes("compliance_outcomes", ComplianceOutcome)
COMPLIED: Final = _outcomes("complied", [ComplianceOutcome.ON_TIME, ComplianceOutcome.LATE])

NUMBERS: Final[Mapping[str, frozenset[Measure]]] = MappingProxyType(
    {measure: frozenset({measure}) for measure in MEASURES}
    | {
        number.name: number.measures
        for number in (DECISIONS, INVESTIGATIONS, COMPLIANCE_OUTCOMES, COMPLIED)
    }
)
"""Every number of a tally that has a name, with the measures that it sums up."""


@dataclass(frozen=True, order=True, slots=True)
class TallyKey:
    """Whose tally, and of which reporting year."""

    authority: AuthorityCode
    year: ReportingYear


class Tally(Mapping[Measure, int]):
    """Integer counts by measure, also used for a difference between two tallies.

    A measure that was never counted reads as zero. Equal counts are equal tallies. `unknown` are
    measures of today that the tally was written down without: their zero says nothing.
    """

    __slots__ = ("_counts", "unknown")

    def __init__(
        self,
        counts: Mapping[Measure, int] | None = None,
        unknown: frozenset[Measure] = frozenset(),
    ) -> None:
        """Take counts by measure; zeros are dropped."""
        self.unknown = unknown
        kept = {measure: count for measure, count in (counts or {}).items() if count}
        self._counts = MappingProxyType(kept)

    def __getitem__(self, measure: Measure) -> int:
        """Return the count of a measure, zero if nothing was counted."""
        return self._counts.get(measure, 0)

    def __contains__(self, measure: object) -> bool:
        """Whether the count of a measure is not zero."""
        return measure in self._counts

    def __iter__(self) -> Iterator[Measure]:
        """Go through the measures that are not zero."""
        return iter(self._counts)

    def __len__(self) -> int:
        """Count the measures that are not zero."""
        return len(self._counts)

    def __add__(self, other: Tally) -> Tally:
        """Add two tallies measure by measure."""
        counts = {measure: self[measure] + other[measure] for measure in {*self, *other}}
        return Tally(counts, self.unknown | other.unknown)

    def __sub__(self, other: Tally) -> Tally:
        """Subtract a tally measure by measure; counts of a difference may be negative."""
        counts = {measure: self[measure] - other[measure] for measure in {*self, *other}}
        return Tally(counts, self.unknown | other.unknown)

    def __repr__(self) -> str:
        """Show the counts."""
        return f"Tally({dict(self._counts)!r})"

    def sum_of(self, number: Number) -> int:
        """Add up the measures of a number."""
        return sum(self[measure] for measure in number.measures)

    @property
    def decisions(self) -> int:
        """All decisions, investigated or not."""
        return self.sum_of(DECISIONS)

    @property
    def upheld(self) -> int:
        """Upheld decisions."""
        return self.sum_of(UPHELD)

    @property
    def investigations(self) -> int:
        """Detailed investigations: upheld and not upheld (rule 2)."""
        return self.sum_of(INVESTIGATIONS)

    @property
    def satisfactory_remedies(self) -> int:
        """Upheld decisions in which the authority had already offered a satisfactory remedy."""
        return self.sum_of(SATISFACTORY_REMEDIES)

    @property
    def compliance_outcomes(self) -> int:
        """All compliance outcomes."""
        return self.sum_of(COMPLIANCE_OUTCOMES)

    @property
    def complied(self) -> int:
        """Compliance outcomes on time or late (rule 2)."""
        return self.sum_of(COMPLIED)


class StoredTally(Tally):
    """A tally as it is kept: `version` counts its writes and never goes back.

    Every change of a case changes the version of each tally that the case counts in, before or
    after, also where the counts stay the same.
    """

    __slots__ = ("version",)

    def __init__(self, counts: Mapping[Measure, int] | None = None, version: int = 0) -> None:
        """Take counts by measure, and the version; 0 is that of a tally never written."""
        super().__init__(counts)
        self.version = version


NOTHING_COUNTED = StoredTally()


def added_up(tallies: Iterable[Tally]) -> Tally:
    """Add up tallies measure by measure."""
    total: Tally = NOTHING_COUNTED
    for each in tallies:
        total = total + each
    return total


def counted(state: CaseState) -> tuple[TallyKey, Tally] | None:
    """Return where one state counts and what it adds there; `None` if nowhere (rules 1, 2, 7).

    A decision counts in the year of `decided_on`, a compliance outcome in that of `recorded_on`,
    whatever the year of its decision, and a withdrawn decision nowhere.
    """
    if isinstance(state, Withdrawal):
        return None
    counts = {Measure(state.outcome.value): 1}
    if isinstance(state, Compliance):
        return TallyKey(state.authority, ReportingYear.of(state.recorded_on)), Tally(counts)
    counts[subject_measure(state.subject)] = 1
    if state.satisfactory_remedy:
        counts[SATISFACTORY_REMEDY] = 1
    return TallyKey(state.authority, ReportingYear.of(state.decided_on)), Tally(counts)


def change_of_tallies(known: CaseState | None, new: CaseState) -> dict[TallyKey, Tally]:
    """Return what replacing a known state by a new one does to the tallies (rule 7).

    A correction takes back what the known state counted, be it of another authority or year, and
    adds what the new one counts. A tally whose counts stay the same is named with no change, for
    its cases are others now.
    """
    changes: dict[TallyKey, Tally] = {}
    if known is not None and (before := counted(known)):
        key, counts = before
        changes[key] = NOTHING_COUNTED - counts
    if after := counted(new):
        key, counts = after
        changes[key] = changes[key] + counts if key in changes else counts
    return changes


def tally_of(states: Iterable[CaseState]) -> dict[TallyKey, Tally]:
    """Count final states from scratch: what every tally must equal, however it came about."""
    counts: dict[TallyKey, dict[Measure, int]] = {}
    for state in states:
        if counting := counted(state):
            key, added = counting
            into = counts.setdefault(key, {})
            for measure, count in added.items():
                into[measure] = into.get(measure, 0) + count
    return {key: Tally(measured) for key, measured in counts.items()}
