"""Years of which nothing was published: made up after the one that has facts.

From year to year volumes and percentages drift a little, by the seed alone. An authority that is
complained of more than others stays so; one that ended or began in the year has its share of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.reporting_year import ReportingYear
from annual_review.sample_year.cases import Casebook
from annual_review.sample_year.chance import Chance
from annual_review.sample_year.plan import (
    Counts,
    drawn_liveliness,
    grouped,
    plan_of,
    residents_of,
)
from annual_review.sample_year.sample import SampleYear, simulated
from annual_review.sample_year.targets import (
    Assumed,
    Known,
    KnownComparison,
    NationalFigures,
    Targets,
    Volume,
)

_VOLUME_STEP_PERMILLE: Final = 60
_VOLUME_PERMILLE: Final = (600, 1_600)
_UPHOLD_STEP: Final = 2
_UPHOLD_SHIFT: Final = (-20, 20)
_REMEDY_STEP: Final = 1
_REMEDY_SHIFT: Final = (-5, 10)
_COMPLIANCE_STEP_PERMILLE: Final = 2
_COMPLIANCE_SHIFT: Final = (-6, 4)
_LIVELINESS_CHANGE_PERCENT: Final = 15


@dataclass(frozen=True, slots=True)
class ModelYear:
    """The year with facts that others are made up after."""

    year: ReportingYear
    register: Register
    targets: Targets


@dataclass(frozen=True, slots=True)
class _Drift:
    """How far a year is from its model: volumes in thousandths, percentages in points."""

    volumes: Mapping[AuthorityType, int]
    uphold: int = 0
    remedy: int = 0
    compliance: int = 0


def make_up_year(
    register: Register, year: ReportingYear, model: ModelYear, seed: int
) -> SampleYear:
    """Simulate a year without facts: equal arguments give equal events, byte for byte.

    Case references have a digit more than those of a year with facts, and no two years share one.

    Raises:
        UnreachableTargetsError: The authorities of the register can't have such a year.
    """
    authorities = {code: each for code, each in register.items() if each.existed_in(year)}
    sizes = _sizes(authorities, year)
    targets = _targets(authorities, sizes, year, model, seed)
    plans = plan_of(
        authorities,
        _busyness(sizes, year, model, seed),
        {},
        targets,
        Chance(seed, f"plan {year}"),
    )
    mark = str(year.ends % 10)
    book = Casebook(year, targets, Chance(seed, f"cases {year}"), mark)
    return simulated(book, plans, register, seed, Chance(seed, f"arrivals {year}"))


def _sizes(authorities: Mapping[AuthorityCode, Authority], year: ReportingYear) -> Counts:
    """Return how many residents each authority has, times the days of the year it was in being."""
    residents = residents_of(authorities)
    return {code: residents[code] * _days(each, year) for code, each in authorities.items()}


def _days(authority: Authority, year: ReportingYear) -> int:
    first = max(year.first_day, authority.in_being_from or date.min)
    last = min(year.last_day, authority.in_being_to or date.max)
    return (last - first).days + 1


def _busyness(sizes: Counts, year: ReportingYear, model: ModelYear, seed: int) -> Counts:
    """Weigh the authorities as in the model, with a little of the year's own chance."""
    known = {code: each for code, each in model.register.items() if each.existed_in(model.year)}
    # The draws of the model year itself: who was complained of more in it still is.
    lively = drawn_liveliness(known, Chance(seed, "plan"))
    chance = Chance(seed, f"liveliness {year}")
    span = 2 * _LIVELINESS_CHANGE_PERCENT + 1
    return {
        code: size * lively.get(code, 100) * (100 - _LIVELINESS_CHANGE_PERCENT + chance.below(span))
        for code, size in sizes.items()
    }


def _targets(
    authorities: Mapping[AuthorityCode, Authority],
    sizes: Counts,
    year: ReportingYear,
    model: ModelYear,
    seed: int,
) -> Targets:
    """Return the targets of the model, drifted to the year and fitted to its authorities."""
    drift = _drift(year, model.year, seed)
    known, assumed = model.targets.known, model.targets.assumed
    before = {code: each for code, each in model.register.items() if each.existed_in(model.year)}
    sizes_before = _sizes(before, model.year)
    groups, groups_before = grouped(authorities), grouped(before)
    volumes = {}
    for type_, volume in assumed.volumes.items():
        whole = 1_000 * sum(sizes_before[code] for code in groups_before.get(type_, ()))
        part = drift.volumes[type_] * sum(sizes[code] for code in groups.get(type_, ()))
        volumes[type_] = Volume(
            decisions=volume.decisions * part // (whole or 1),
            investigations=volume.investigations * part // (whole or 1),
        )
    return Targets(
        known=Known(
            source=f"Made up: drifted from the targets of {model.year} by the seed {seed}.",
            national=NationalFigures(
                decisions=sum(volume.decisions for volume in volumes.values()),
                uphold_percent=known.national.uphold_percent + drift.uphold,
                remedy_percent=known.national.remedy_percent + drift.remedy,
                compliance_permille=known.national.compliance_permille + drift.compliance,
            ),
            comparisons=dict(_comparisons(known, drift, Chance(seed, f"comparisons {year}"))),
        ),
        assumed=Assumed(
            compliance_outcomes_percent=assumed.compliance_outcomes_percent,
            late_percent=assumed.late_percent,
            volumes=volumes,
            outcomes=assumed.outcomes,
            subjects=assumed.subjects,
        ),
    )


def _comparisons(
    known: Known, drift: _Drift, chance: Chance
) -> Iterator[tuple[AuthorityType, KnownComparison]]:
    """Move what was known of the types with the nation, each by a point more, less or none."""
    for type_, comparison in known.comparisons.items():
        if comparison.uphold_percent is not None:
            moved = comparison.uphold_percent + drift.uphold + _step(chance, 1)
            yield type_, KnownComparison(uphold_percent=moved)


def _drift(year: ReportingYear, model: ReportingYear, seed: int) -> _Drift:
    """Walk from the model to the year, one step a year."""
    way = 1 if year > model else -1
    drift = _Drift(dict.fromkeys(AuthorityType, 1_000))
    for passed in range(model.ends + way, year.ends + way, way):
        chance = Chance(seed, f"drift {passed}")
        drift = _Drift(
            volumes={
                type_: _within(
                    _VOLUME_PERMILLE,
                    level * (1_000 + _step(chance, _VOLUME_STEP_PERMILLE)) // 1_000,
                )
                for type_, level in drift.volumes.items()
            },
            uphold=_within(_UPHOLD_SHIFT, drift.uphold + _step(chance, _UPHOLD_STEP)),
            remedy=_within(_REMEDY_SHIFT, drift.remedy + _step(chance, _REMEDY_STEP)),
            compliance=_within(
                _COMPLIANCE_SHIFT, drift.compliance + _step(chance, _COMPLIANCE_STEP_PERMILLE)
            ),
        )
    return drift


def _step(chance: Chance, most: int) -> int:
    """Draw a step up or down."""
    return chance.below(2 * most + 1) - most


def _within(limits: tuple[int, int], value: int) -> int:
    lowest, highest = limits
    return max(lowest, min(highest, value))
