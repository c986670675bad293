"""Corrections: the past of a case, as mistakes that later versions put right.

The last state of every history is the one that was planned; what casework had wrong before is put
in front of it. So nothing here changes a figure, as long as versions are followed (rule 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityType, Register
from annual_review.domain.cases import (
    CaseState,
    Compliance,
    ComplianceOutcome,
    Decision,
    DecisionOutcome,
    Subject,
    Version,
    Withdrawal,
    in_place_of,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.sample_year.cases import Casebook, Outcome

History = tuple[CaseState, ...]
"""All versions of one part of a case, the oldest first; the last one stands."""

_DAY: Final = timedelta(days=1)
_A_YEAR_AND_A_DAY: Final = timedelta(days=366)
_CORRECTED_PERCENT: Final = 3
_CORRECTED_AGAIN_PERCENT: Final = 10
_WITHDRAWN_BY_MISTAKE_PERCENT: Final = 5
_REDATED_AT_YEAR_END_PERCENT: Final = 20
_WITHDRAWN_PER_THOUSAND: Final = 5
_REASONS: Final = (
    "Simulated: recorded twice under different references.",
    "Simulated: outside the ombudsman's jurisdiction after all.",
    "Simulated: opened again after a review.",
)


def histories(book: Casebook, register: Register, outcomes: Sequence[Outcome]) -> Iterator[History]:
    """Give every case its past, and add cases that were withdrawn and count nowhere."""
    corrector = _Corrector(book, register)
    for outcome in outcomes:
        yield corrector.history_of(outcome)
    decisions = [outcome for outcome in outcomes if isinstance(outcome, Decision)]
    for _ in range(len(decisions) * _WITHDRAWN_PER_THOUSAND // 1000):
        yield corrector.withdrawn_like(book.chance.pick(decisions))


class _Corrector:
    """Thinks out what may have been wrong about a case at first."""

    def __init__(self, book: Casebook, register: Register) -> None:
        self.book = book
        self.chance = book.chance
        self.register = register
        self.groups: dict[AuthorityType, list[Authority]] = {}
        for authority in register.values():
            self.groups.setdefault(authority.type, []).append(authority)
        self.mistakes: tuple[Callable[[Outcome], Outcome], ...] = (
            self._with_another_result,
            self._of_another_authority,
            self._in_another_year,
            self._about_another_subject,
        )

    def history_of(self, final: Outcome) -> History:
        """Return the versions that led to a final state: mostly that state alone."""
        day = _day_of(final)
        if day != _across_the_year_end(day) and self.chance.percent(_REDATED_AT_YEAR_END_PERCENT):
            return self._preceded_by(self._in_another_year(final), (final,))
        if not self.chance.percent(_CORRECTED_PERCENT):
            return (final,)
        if isinstance(final, Decision) and self.chance.percent(_WITHDRAWN_BY_MISTAKE_PERCENT):
            return self._withdrawn_by_mistake(final)
        history = self._preceded_by(self.chance.pick(self.mistakes)(final), (final,))
        if self.chance.percent(_CORRECTED_AGAIN_PERCENT):
            history = self._preceded_by(self.chance.pick(self.mistakes)(final), history)
        return history

    def withdrawn_like(self, model: Decision) -> History:
        reference = self.book.reference(model.decided_on)
        decision = replace(model, reference=reference, public_report=None)
        return decision, self._withdrawal_of(decision)

    def _withdrawn_by_mistake(self, final: Decision) -> History:
        withdrawal = self._withdrawal_of(final)
        return final, withdrawal, *self._later((final,), versions=2, days=61)

    def _withdrawal_of(self, decision: Decision) -> Withdrawal:
        recorded_at = decision.recorded_at + (1 + self.chance.below(60)) * _DAY
        return Withdrawal(
            reference=decision.reference,
            version=Version(decision.version + 1),
            authority=decision.authority,
            withdrawn_on=recorded_at.date(),
            reason=self.chance.pick(_REASONS),
            recorded_at=recorded_at,
        )

    def _preceded_by(self, mistake: Outcome, history: History) -> History:
        # A day later: the wrong date of a case may be the day after the right one.
        first = replace(mistake, recorded_at=mistake.recorded_at + _DAY)
        later = self._later(history, versions=1, days=2)
        return first, *(in_place_of(state, first) for state in later)

    def _later(self, history: History, versions: int, days: int) -> History:
        """Move a history behind other versions, by that many days or some weeks more."""
        delay = (days + self.chance.below(45)) * _DAY
        return tuple(
            replace(
                state,
                version=Version(state.version + versions),
                recorded_at=state.recorded_at + delay,
            )
            for state in history
        )

    def _with_another_result(self, state: Outcome) -> Outcome:
        if isinstance(state, Compliance):
            results = [each for each in ComplianceOutcome if each is not state.outcome]
            return replace(state, outcome=self.chance.pick(results))
        return replace(
            state,
            outcome=self.chance.pick(
                [each for each in DecisionOutcome if each is not state.outcome]
            ),
            satisfactory_remedy=False,
            service_improvements=(),
            public_report=None,
        )

    def _of_another_authority(self, state: Outcome) -> Outcome:
        """Return the state under the name of a similar authority, its own if there is no other."""
        similar = [
            each.code
            for each in self.groups[self.register[state.authority].type]
            if each.existed_by(_day_of(state))
        ]
        return replace(state, authority=self.chance.pick(similar))

    def _in_another_year(self, state: Outcome) -> Outcome:
        """Return the state with a day that counts in another reporting year.

        On the days around 31 March the slip is one day, else a year: 2018 is typed for 2019. Of an
        authority that wasn't in being then, something else is wrong.
        """
        day = _day_of(state)
        wrong = _across_the_year_end(day)
        if wrong == day:
            wrong -= _A_YEAR_AND_A_DAY
        if not self.register[state.authority].existed_by(wrong):
            return self._with_another_result(state)
        if isinstance(state, Compliance):
            return replace(state, recorded_on=wrong)
        return replace(state, decided_on=wrong)

    def _about_another_subject(self, state: Outcome) -> Outcome:
        if isinstance(state, Compliance):
            return self._with_another_result(state)
        return replace(state, subject=self.chance.pick(tuple(Subject)))


def _day_of(state: Outcome) -> date:
    return state.recorded_on if isinstance(state, Compliance) else state.decided_on


def _across_the_year_end(day: date) -> date:
    """Return 1 April for 31 March and 31 March for 1 April; any other day as it is."""
    year = ReportingYear.of(day)
    if day == year.last_day:
        return day + _DAY
    return day - _DAY if day == year.first_day else day
