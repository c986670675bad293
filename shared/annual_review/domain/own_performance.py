"""An authority's own performance: what its frozen figures say that a letter should speak about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from annual_review.domain.cases import CaseReference, ComplianceOutcome
from annual_review.domain.figures import EarlierYear
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Measure, Tally


class Family(StrEnum):
    """What a paragraph speaks about, in the order in which a letter prints them.

    The first and the fourth are known to people alone; no figure tells them.
    """

    LATE_ANSWERS = "late_answers"
    LATE_REMEDIES = "late_remedies"
    NOT_COMPLIED = "not_complied"
    OMBUDSMAN_NOT_NAMED = "ombudsman_not_named"
    EARLIER_YEARS = "earlier_years"


class FindingKind(StrEnum):
    """What figures can say: of the year itself, and that earlier years said it as well."""

    LATE_REMEDIES = "late_remedies"
    NOT_COMPLIED = "not_complied"
    LATE_REMEDIES_AGAIN = "late_remedies_again"
    NOT_COMPLIED_AGAIN = "not_complied_again"

    @property
    def family(self) -> Family:
        """The family of the paragraph that tells it."""
        match self:
            case FindingKind.LATE_REMEDIES:
                return Family.LATE_REMEDIES
            case FindingKind.NOT_COMPLIED:
                return Family.NOT_COMPLIED
            case FindingKind.LATE_REMEDIES_AGAIN | FindingKind.NOT_COMPLIED_AGAIN:
                return Family.EARLIER_YEARS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the figures say.

    `cases` is how many cases of the year it rests on, at least one, and `references` are theirs.
    `years_in_a_row` counts the year itself and those right before it that said the same.
    """

    kind: FindingKind
    cases: int
    references: tuple[CaseReference, ...]
    years_in_a_row: int


LATE: Final = Measure(ComplianceOutcome.LATE.value)
NOT_COMPLIED: Final = Measure(ComplianceOutcome.NOT_COMPLIED.value)

_OF_THE_YEAR: Final[Mapping[Measure, FindingKind]] = MappingProxyType(
    {LATE: FindingKind.LATE_REMEDIES, NOT_COMPLIED: FindingKind.NOT_COMPLIED}
)
_AGAIN: Final[Mapping[Measure, FindingKind]] = MappingProxyType(
    {LATE: FindingKind.LATE_REMEDIES_AGAIN, NOT_COMPLIED: FindingKind.NOT_COMPLIED_AGAIN}
)


def findings(
    year: ReportingYear,
    tally: Tally,
    references: Mapping[Measure, Sequence[CaseReference]],
    earlier: Iterable[EarlierYear],
) -> tuple[Finding, ...]:
    """Return what frozen figures say of an authority's own performance.

    Remedies that came late are told with their number, and still count as complied (rule 2); a
    recommendation not complied with is told with the references of its cases. Each is told again
    as a memory where the year right before said it too. `references` are those of the cases behind
    a measure, and `earlier` the frozen years before, in any order.
    """
    tallies = {each.year: each.tally for each in earlier}
    found: list[Finding] = []
    for measure, kind in _OF_THE_YEAR.items():
        if not tally[measure]:
            continue
        row = years_in_a_row(year, measure, tallies)
        facts = tally[measure], tuple(references.get(measure, ())), row
        found.append(Finding(kind, *facts))
        if row > 1:
            found.append(Finding(_AGAIN[measure], *facts))
    return tuple(found)


def years_in_a_row(
    year: ReportingYear, measure: Measure, earlier: Mapping[ReportingYear, Tally]
) -> int:
    """Count a year and the years right before it in which something counted under a measure.

    A year that was never frozen ends the row as one without a case does: nobody can say what it
    would have held.
    """
    ends = year.ends - 1
    while (tally := earlier.get(ReportingYear(ends))) and tally[measure]:
        ends -= 1
    return year.ends - ends
