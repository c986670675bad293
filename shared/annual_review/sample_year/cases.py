"""Cases: single decisions and compliance outcomes that add up to the plan."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from annual_review.domain.authorities import Authority, Register
from annual_review.domain.cases import (
    CaseReference,
    Compliance,
    ComplianceOutcome,
    Decision,
    DecisionOutcome,
    Version,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.sample_year.chance import Chance
from annual_review.sample_year.plan import AuthorityPlan
from annual_review.sample_year.targets import Targets

Outcome = Decision | Compliance
"""The final state of one part of a case that counts somewhere."""

_FIRST_VERSION: Final = Version(1)
_DAY: Final = timedelta(days=1)
_QUARTER: Final = 90 * _DAY
_COMPLIANCE_AFTER: Final = (28 * _DAY, 180 * _DAY)
_NEIGHBOURS: Final = 36
_EVERY_THIRD: Final = 3
_SATURDAY: Final = 5
_LAST_OUTCOMES: Final = 3

_EARLIER_DECISION_PERCENT: Final = 2
_LATER_COMPLIANCE_PERCENT: Final = 5
_REPORT_PERCENT: Final = 1
_IMPROVEMENT_PERCENT: Final = 25
_IMPROVEMENTS: Final = (
    "Simulated: review how decisions and the reasons for them are recorded.",
    "Simulated: train the officers concerned in the statutory guidance.",
    "Simulated: check open cases of the same kind for the same fault.",
    "Simulated: revise the letter that tells people of their right to complain.",
    "Simulated: agree with the contractor how missed visits are reported.",
)


class Casebook:
    """Opens cases: gives them a reference, dates, a subject and whatever else is invented.

    References of books with different marks are never the same.
    """

    def __init__(
        self, year: ReportingYear, targets: Targets, chance: Chance, mark: str = ""
    ) -> None:
        self.year = year
        self.targets = targets
        self.chance = chance
        self._mark = mark
        self._references: set[CaseReference] = set()
        first, last = year.first_day - 2 * _QUARTER, year.last_day + 2 * _QUARTER
        days = (first + number * _DAY for number in range((last - first).days + 1))
        self._working_days = [day for day in days if day.weekday() < _SATURDAY]

    def working_day(self, first: date, last: date) -> date:
        """Draw a working day between two days; where there is none, the last of them."""
        from_ = bisect_left(self._working_days, first)
        to = bisect_right(self._working_days, last)
        return self._working_days[from_ + self.chance.below(to - from_)] if from_ < to else last

    def written_down(self, day: date) -> datetime:
        """Draw the moment at which casework wrote down what happened on a day."""
        moment = time(9 + self.chance.below(8), self.chance.below(60), self.chance.below(60))
        return datetime.combine(day, moment, UTC)

    def reference(self, decided_on: date) -> CaseReference:
        """Draw a new reference: two digits of the year in which the case came in, and six more.

        The mark of the book stands between them.
        """
        received = decided_on - timedelta(days=20 + self.chance.below(200))
        while True:
            reference = CaseReference(
                f"{received:%y}{self._mark}{self.chance.below(1_000_000):06d}"
            )
            if reference not in self._references:
                self._references.add(reference)
                return reference

    def decision(
        self, authority: Authority, day: date, outcome: DecisionOutcome, *, remedy: bool = False
    ) -> Decision:
        """Make up one decision."""
        upheld = outcome is DecisionOutcome.UPHELD
        reference = self.reference(day)
        is_reported = upheld and self.chance.percent(_REPORT_PERCENT)
        improves = upheld and self.chance.percent(_IMPROVEMENT_PERCENT)
        (subject,) = self.chance.draws(1, self.targets.assumed.subjects[authority.type])
        return Decision(
            reference=reference,
            version=_FIRST_VERSION,
            authority=authority.code,
            decided_on=day,
            outcome=outcome,
            satisfactory_remedy=remedy,
            subject=subject,
            recorded_at=self.written_down(day),
            service_improvements=(self.chance.pick(_IMPROVEMENTS),) if improves else (),
            public_report=f"https://reports.example/{reference}" if is_reported else None,
        )

    def compliance(
        self, decision: Decision, outcome: ComplianceOutcome, first: date, last: date
    ) -> Compliance:
        """Make up what became of a decision's recommendations, recorded between two days."""
        soonest, latest = (decision.decided_on + after for after in _COMPLIANCE_AFTER)
        day = self.working_day(max(first, soonest), min(last, latest))
        return Compliance(
            reference=decision.reference,
            version=_FIRST_VERSION,
            authority=decision.authority,
            recorded_on=day,
            outcome=outcome,
            recorded_at=self.written_down(day),
        )


def cases_of_year(book: Casebook, plans: Sequence[AuthorityPlan]) -> Iterator[Outcome]:
    """Make up the cases of every authority so that they add up to its plan."""
    for plan in plans:
        yield from _not_upheld(book, plan)
        yield from _upheld(book, plan)


def _days_of(book: Casebook, authority: Authority) -> tuple[date, date]:
    """Return the first and the last day of the year on which an authority was in being."""
    return (
        max(book.year.first_day, authority.in_being_from or date.min),
        min(book.year.last_day, authority.in_being_to or date.max),
    )


def _not_upheld(book: Casebook, plan: AuthorityPlan) -> Iterator[Decision]:
    begins, ends = _days_of(book, plan.authority)
    outcomes = [DecisionOutcome.NOT_UPHELD] * (plan.investigations - plan.upheld)
    outcomes += book.chance.draws(plan.not_investigated, book.targets.assumed.outcomes)
    for outcome in outcomes:
        day = book.working_day(begins, ends)
        yield book.decision(plan.authority, day, outcome)


def _upheld(book: Casebook, plan: AuthorityPlan) -> Iterator[Outcome]:
    """Make up the upheld decisions and compliance outcomes.

    Some outcomes of the year belong to decisions of the year before, and some decisions of the year
    have theirs in the year after: a compliance outcome counts when it is recorded (rule 1).
    """
    year, last_day = book.year, book.year.last_day
    begins, ends = _days_of(book, plan.authority)
    without_remedy = plan.upheld - plan.remedies
    for outcome in _compliance_outcomes(plan):
        is_earlier = book.chance.percent(_EARLIER_DECISION_PERCENT) or not without_remedy
        if is_earlier and plan.authority.existed_by(year.first_day - _QUARTER):
            day = book.working_day(year.first_day - _QUARTER, year.first_day - _DAY)
        else:
            last = min(ends, max(begins, last_day - 2 * _COMPLIANCE_AFTER[0]))
            day = book.working_day(begins, last)
            without_remedy -= 1
        decision = book.decision(plan.authority, day, DecisionOutcome.UPHELD)
        yield decision
        yield book.compliance(decision, outcome, year.first_day, last_day)

    for number in range(plan.remedies + without_remedy):
        remedy = number < plan.remedies
        day = book.working_day(begins, ends)
        decision = book.decision(plan.authority, day, DecisionOutcome.UPHELD, remedy=remedy)
        yield decision
        is_late_in_year = day > last_day - _QUARTER
        if not remedy and is_late_in_year and book.chance.percent(_LATER_COMPLIANCE_PERCENT):
            following = (last_day + _DAY, last_day + _QUARTER)
            yield book.compliance(decision, ComplianceOutcome.ON_TIME, *following)


def _compliance_outcomes(plan: AuthorityPlan) -> list[ComplianceOutcome]:
    on_time = plan.compliance_outcomes - plan.not_complied - plan.late
    return (
        [ComplianceOutcome.NOT_COMPLIED] * plan.not_complied
        + [ComplianceOutcome.LATE] * plan.late
        + [ComplianceOutcome.ON_TIME] * on_time
    )


def outcomes_after_the_end(book: Casebook, register: Register) -> Iterator[Outcome]:
    """Make up what was still recorded of authorities that ended shortly before the year.

    Their last cases were decided while they were in being; what came of the recommendations counts
    in the year after (rule 6).
    """
    year = book.year
    for authority in register.values():
        ended = authority.in_being_to
        if ended is None or not year.first_day - _QUARTER <= ended < year.first_day:
            continue
        for _ in range(1 + book.chance.below(_LAST_OUTCOMES)):
            day = book.working_day(ended - _QUARTER, ended)
            decision = book.decision(authority, day, DecisionOutcome.UPHELD)
            yield decision
            yield book.compliance(
                decision, ComplianceOutcome.ON_TIME, year.first_day, year.last_day
            )


def cases_of_neighbouring_years(book: Casebook, register: Register) -> Iterator[Decision]:
    """Make up decisions shortly before and after the year, every third on the very next day."""
    before, after = book.year.first_day - _DAY, book.year.last_day + _DAY
    for edge, outermost in ((before, before - _QUARTER), (after, after + _QUARTER)):
        first, last = sorted((edge, outermost))
        authorities = [
            each
            for each in register.values()
            if each.existed_by(first) and not each.is_abolished_by(first - _QUARTER)
        ]
        for number in range(_NEIGHBOURS if authorities else 0):
            day = book.working_day(first, last) if number % _EVERY_THIRD else edge
            outcome = book.chance.pick(tuple(DecisionOutcome))
            yield book.decision(book.chance.pick(authorities), day, outcome)
