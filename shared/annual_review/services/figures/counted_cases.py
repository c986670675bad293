"""Counted cases: which version of a case counted in a tally, and under which of its measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from annual_review.domain.cases import (
    CaseKey,
    CasePart,
    CaseReference,
    CaseState,
    Decision,
    Version,
    counting_day,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import MEASURES, Measure, Tally, TallyKey, counted


@dataclass(frozen=True, order=True, slots=True)
class CountedCase:
    """One case state as it counts in one tally, at the version it had.

    It adds one to each of its measures, so that a number can be explained by its cases even after
    they have moved on. `counted_on` is the day that put it into its year (rule 1).
    """

    reference: CaseReference
    part: CasePart
    version: Version
    counted_on: date
    measures: tuple[Measure, ...]
    service_improvements: tuple[str, ...] = ()
    public_report: str | None = None

    @classmethod
    def of(cls, state: CaseState, tally: TallyKey) -> CountedCase | None:
        """Return a state as it counts in a tally; `None` if it does not count there."""
        counting, day = counted(state), counting_day(state)
        if counting is None or day is None or counting[0] != tally:
            return None
        measures = tuple(measure for measure in MEASURES if measure in counting[1])
        case = cls(state.key.reference, state.key.part, state.version, day, measures)
        if not isinstance(state, Decision):
            return case
        return replace(
            case,
            service_improvements=state.service_improvements,
            public_report=state.public_report,
        )

    @property
    def key(self) -> CaseKey:
        """The line of versions it belongs to."""
        return CaseKey(self.reference, self.part)


def cases_in(tally: TallyKey, states: Iterable[CaseState]) -> tuple[CountedCase, ...]:
    """Return those of some states that count in a tally, as they count there, in order."""
    return tuple(sorted(case for state in states if (case := CountedCase.of(state, tally))))


def decisions_by_month(year: ReportingYear, cases: Iterable[CountedCase]) -> tuple[int, ...]:
    """Count the decisions of a year by the month that they were decided in, April to March."""
    months = [0] * 12
    for case in cases:
        if case.part is CasePart.DECISION:
            since_april = case.counted_on.month - year.first_day.month
            months[since_april % 12] += 1
    return tuple(months)


def tally_of_cases(cases: Iterable[CountedCase]) -> Tally:
    """Add counted cases up."""
    return Tally(Counter(measure for case in cases for measure in case.measures))
