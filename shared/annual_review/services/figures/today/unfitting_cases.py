"""Unfitting cases: compliance outcomes that have no decision to go with, though they count.

A compliance outcome may arrive before its decision, so recording takes it. When a year is closed
the decision should be there, under the same authority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.cases import (
    CaseKey,
    CasePart,
    CaseReference,
    CaseState,
    Withdrawal,
    is_same_authority,
    present_codes,
)
from annual_review.services.figures.reconcile_year import Count
from annual_review.services.figures.year_cases import YearCases


@dataclass(slots=True)
class UnfittingCases:
    """Looks through the counts of a year for what does not fit together.

    `find` returns the authority of a code, as the register has it.
    """

    cases: YearCases
    find: Callable[[AuthorityCode], Authority | None]
    _to_look_up: dict[CaseReference, AuthorityCode] = field(default_factory=dict)

    def note(self, count: Count) -> None:
        """Note the compliance outcomes of one tally whose decision does not count there too."""
        decided = {each.reference for each in count.cases if each.part is CasePart.DECISION}
        for each in count.cases:
            if each.part is CasePart.COMPLIANCE and each.reference not in decided:
                self._to_look_up[each.reference] = count.key.authority

    def told(self) -> tuple[str, ...]:
        """Say of every outcome that was noted what does not fit, in the order of references."""
        keys = {each: CaseKey(each, CasePart.DECISION) for each in self._to_look_up}
        decisions = self.cases.load(keys.values())
        return tuple(self._unfitting(decisions))

    def _unfitting(self, decisions: Mapping[CaseKey, CaseState]) -> Iterator[str]:
        for reference, authority in sorted(self._to_look_up.items()):
            decision = decisions.get(CaseKey(reference, CasePart.DECISION))
            said = f"case {reference}: a compliance outcome counts for {authority}, and"
            if decision is None:
                yield f"{said} no decision is recorded"
            elif isinstance(decision, Withdrawal):
                yield f"{said} its decision was withdrawn"
            elif not self._is_same(authority, decision.authority):
                yield f"{said} its decision for {decision.authority}"

    def _is_same(self, one: AuthorityCode, other: AuthorityCode) -> bool:
        return one == other or is_same_authority(one, other, present_codes(self.find, (one, other)))


def unfitting_cases(
    cases: YearCases,
    find: Callable[[AuthorityCode], Authority | None],
    counts: Iterable[Count],
) -> tuple[str, ...]:
    """Say what does not fit together in the counts of a year."""
    looking = UnfittingCases(cases, find)
    for count in counts:
        looking.note(count)
    return looking.told()
