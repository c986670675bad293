"""The plan: every authority's figures of the year, fixed before any case is made up.

Each figure is a choice among slots: of all investigations of a type so many are upheld, of these so
many have a remedy. Published figures stand; chance decides among the other authorities alone. So
totals are exact, no figure exceeds its base, and single authorities scatter as real ones do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.reporting_year import ReportingYear
from annual_review.sample_year.apportion import Share, completed
from annual_review.sample_year.chance import Chance
from annual_review.sample_year.targets import (
    KnownComparison,
    PublishedFigures,
    Targets,
    UnreachableTargetsError,
    Volume,
)

Counts = dict[AuthorityCode, int]
Groups = dict[AuthorityType, list[AuthorityCode]]

_LIVELINESS_FROM: Final = 60
_LIVELINESS_SPAN: Final = 81
"""Of two authorities of one size, one may draw 60 and the other 140 complaints."""


@dataclass(frozen=True, slots=True)
class AuthorityPlan:
    """The figures that one authority shall have in the year."""

    authority: Authority
    not_investigated: int
    investigations: int
    upheld: int
    remedies: int
    compliance_outcomes: int
    not_complied: int
    late: int


def plan_year(
    register: Register,
    year: ReportingYear,
    published: Mapping[AuthorityCode, PublishedFigures],
    targets: Targets,
    chance: Chance,
) -> list[AuthorityPlan]:
    """Fix the figures of every authority in being during the year.

    Raises:
        UnreachableTargetsError: A published or known figure can't be met.
    """
    authorities = {code: each for code, each in register.items() if each.existed_in(year)}
    if strangers := published.keys() - authorities.keys():
        raise UnreachableTargetsError(f"not in being in {year}: {', '.join(sorted(strangers))}")
    residents, lively = residents_of(authorities), drawn_liveliness(authorities, chance)
    busyness = {code: residents[code] * liveliness for code, liveliness in lively.items()}
    return plan_of(authorities, busyness, published, targets, chance)


def plan_of(
    authorities: Mapping[AuthorityCode, Authority],
    busyness: Counts,
    published: Mapping[AuthorityCode, PublishedFigures],
    targets: Targets,
    chance: Chance,
) -> list[AuthorityPlan]:
    """Fix the figures of authorities, of which the busier ones have more complaints.

    Raises:
        UnreachableTargetsError: A published or known figure can't be met.
    """
    return _Planner(authorities, published, targets, chance).plans(busyness)


def grouped(authorities: Mapping[AuthorityCode, Authority]) -> Groups:
    """Return the codes of every authority type, types and codes in their order."""
    groups: Groups = {}
    for code, authority in authorities.items():
        groups.setdefault(authority.type, []).append(code)
    return groups


def residents_of(authorities: Mapping[AuthorityCode, Authority]) -> Counts:
    """Return the residents of every authority.

    Where their number isn't known, it counts as the middle one of its type.
    """
    residents: Counts = {}
    for codes in grouped(authorities).values():
        known = sorted(filter(None, (authorities[code].population for code in codes)))
        middle = known[len(known) // 2] if known else 1
        residents |= {code: authorities[code].population or middle for code in codes}
    return residents


def drawn_liveliness(authorities: Mapping[AuthorityCode, Authority], chance: Chance) -> Counts:
    """Draw how much each authority is complained of, beside others of its size."""
    return {
        code: _LIVELINESS_FROM + chance.below(_LIVELINESS_SPAN)
        for codes in grouped(authorities).values()
        for code in codes
    }


class _Planner:
    """Takes the figures one after the other: each is chosen among the slots of the one before."""

    def __init__(
        self,
        authorities: Mapping[AuthorityCode, Authority],
        published: Mapping[AuthorityCode, PublishedFigures],
        targets: Targets,
        chance: Chance,
    ) -> None:
        self.authorities = authorities
        self.published = published
        self.targets = targets
        self.chance = chance
        self.groups = grouped(authorities)

    def plans(self, busyness: Counts) -> list[AuthorityPlan]:
        investigations = self._drawn(
            lambda volume: volume.investigations,
            busyness,
            {code: row.investigations for code, row in self.published.items()},
        )
        not_investigated = self._drawn(
            lambda volume: volume.decisions - volume.investigations, busyness, {}
        )
        upheld = self._upheld(investigations)
        remedies = self._remedies(upheld)
        outcomes = self._compliance_outcomes(upheld, remedies)
        complied = self._complied(outcomes)
        late_totals = self._part_of(outcomes, Share(self.targets.assumed.late_percent))
        # A published letter that gives its compliance outcomes speaks of no late one.
        published = (code for code, row in self.published.items() if row.compliance_outcomes)
        late = self._chosen(late_totals, complied, dict.fromkeys(published, 0))
        return [
            AuthorityPlan(
                authority=authority,
                not_investigated=not_investigated[code],
                investigations=investigations[code],
                upheld=upheld[code],
                remedies=remedies[code],
                compliance_outcomes=outcomes[code],
                not_complied=outcomes[code] - complied[code],
                late=late[code],
            )
            for code, authority in self.authorities.items()
        ]

    def _upheld(self, investigations: Counts) -> Counts:
        national = Share(self.targets.known.national.uphold_percent)
        return self._chosen(
            self._completed(investigations, national, lambda group: group.uphold_percent),
            investigations,
            self._published(investigations, lambda row: row.upheld, lambda row: row.uphold_percent),
        )

    def _remedies(self, upheld: Counts) -> Counts:
        national = Share(self.targets.known.national.remedy_percent)
        return self._chosen(
            self._completed(upheld, national, lambda group: group.remedy_percent),
            upheld,
            self._published(upheld, lambda row: row.remedies, lambda row: row.remedy_percent),
        )

    def _compliance_outcomes(self, upheld: Counts, remedies: Counts) -> Counts:
        # Where the authority had put things right already, nothing is left to comply with.
        return self._chosen(
            self._part_of(upheld, Share(self.targets.assumed.compliance_outcomes_percent)),
            {code: count - remedies[code] for code, count in upheld.items()},
            self._published(upheld, lambda row: row.compliance_outcomes, lambda _: None),
        )

    def _complied(self, outcomes: Counts) -> Counts:
        national = Share(self.targets.known.national.compliance_permille, 1000)
        return self._chosen(
            self._completed(outcomes, national, lambda group: group.compliance_percent),
            outcomes,
            self._published(outcomes, lambda _: None, lambda row: row.compliance_percent),
        )

    def _pooled(self, counts: Counts) -> dict[AuthorityType, int]:
        return {type_: sum(counts[code] for code in codes) for type_, codes in self.groups.items()}

    def _part_of(self, counts: Counts, share: Share) -> dict[AuthorityType, int]:
        return {type_: share.nearest(size) for type_, size in self._pooled(counts).items()}

    def _completed(
        self,
        denominators: Counts,
        national: Share,
        percentage: Callable[[KnownComparison], int | None],
    ) -> dict[AuthorityType, int]:
        """Return the numerators of all types that give the known percentages."""
        pools = self._pooled(denominators)
        known = {
            type_: Share(percent)
            for type_ in self.groups
            if (percent := percentage(self.targets.known.comparison(type_))) is not None
        }
        if not self.targets.known.is_exact:
            return {
                type_: known.get(type_, national).nearest(size) for type_, size in pools.items()
            }
        numerators = completed(pools, known, national)
        for type_, share in known.items():
            _check(share, numerators[type_], pools[type_], type_)
        _check(national, sum(numerators.values()), sum(pools.values()), "nation")
        return numerators

    def _published(
        self,
        bases: Counts,
        count: Callable[[PublishedFigures], int | None],
        percentage: Callable[[PublishedFigures], int | None],
    ) -> Counts:
        """Return the published counts, or counts that give the published percentages."""
        counts: Counts = {}
        for code, row in self.published.items():
            published, percent = count(row), percentage(row)
            if published is not None:
                counts[code] = published
            elif percent is not None:
                counts[code] = Share(percent).nearest(bases[code])
            if percent is not None:
                _check(Share(percent), counts[code], bases[code], code)
        return counts

    def _drawn(self, total: Callable[[Volume], int], weights: Counts, fixed: Counts) -> Counts:
        """Spread each type's total over its authorities by weight; fixed counts stand."""
        counts = dict(fixed)
        for type_, codes in self.groups.items():
            open_ = {code: weights[code] for code in codes if code not in fixed}
            whole = total(self.targets.assumed.volumes[type_])
            rest = whole - sum(fixed[code] for code in codes if code in fixed)
            if rest < 0 or (rest and not open_):
                raise UnreachableTargetsError(f"{type_}: {whole} can't be spread")
            counts |= self.chance.spread(rest, open_)
        return counts

    def _chosen(self, totals: Mapping[AuthorityType, int], slots: Counts, fixed: Counts) -> Counts:
        """Choose each type's total among the slots of its authorities; fixed counts stand."""
        counts = dict(fixed)
        for type_, codes in self.groups.items():
            open_ = {code: slots[code] for code in codes if code not in fixed}
            rest = totals[type_] - sum(fixed[code] for code in codes if code in fixed)
            try:
                counts |= self.chance.choose(rest, open_)
            except ValueError as error:
                raise UnreachableTargetsError(f"{type_}: {error}") from error
        return counts


def _check(share: Share, numerator: int, denominator: int, whose: str) -> None:
    if not share.is_printed_for(numerator, denominator):
        raise UnreachableTargetsError(
            f"{whose}: {numerator} of {denominator} isn't {share.parts} of {share.whole}"
        )
