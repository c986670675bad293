"""Made-up years: nothing was published of them, and they follow the one that has facts.

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
_USUAL_LIVELINESS: Final = 100
_LIVELINESS_STEP_PERCENT: Final = 15
_PERMILLE: Final = 1_000


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
    """
    targets = drifted_targets(register, year, model, seed)
    plans = plan_of(
        _in_being(register, year),
        _busyness(register, year, model, seed),
        {},
        targets,
        Chance(seed, f"plan {year}"),
    )
    book = Casebook(year, targets, Chance(seed, f"cases {year}"), mark=str(year.ends % 10))
    return simulated(book, plans, register, seed, Chance(seed, f"arrivals {year}"))


def drifted_targets(
    register: Register, year: ReportingYear, model: ModelYear, seed: int
) -> Targets:
    """Return the targets of the model, drifted to the year and fitted to its authorities."""
    drift = _drift(year, model.year, seed)
    known, assumed = model.targets.known, model.targets.assumed
    volumes = dict(_volumes(register, year, model, drift))
    national = NationalFigures(
        decisions=sum(volume.decisions for volume in volumes.values()),
        uphold_percent=known.national.uphold_percent + drift.uphold,
        remedy_percent=known.national.remedy_percent + drift.remedy,
        compliance_permille=known.national.compliance_permille + drift.compliance,
    )
    return Targets(
        known=Known(
            source=f"Made up: drifted from the targets of {model.year} by the seed {seed}.",
            is_exact=False,
            national=national,
            comparisons=dict(
                _comparisons(model.targets, drift, Chance(seed, f"comparisons {year}"))
            ),
        ),
        assumed=assumed.model_copy(update={"volumes": volumes}),
    )


def _in_being(register: Register, year: ReportingYear) -> Mapping[AuthorityCode, Authority]:
    return {code: each for code, each in register.items() if each.existed_in(year)}


def _sizes(register: Register, year: ReportingYear) -> Counts:
    """Return how many residents each authority has, times the days of the year it was in being."""
    authorities = _in_being(register, year)
    residents = residents_of(authorities)
    return {code: residents[code] * _days(each, year) for code, each in authorities.items()}


def _days(authority: Authority, year: ReportingYear) -> int:
    # Of one whose code has changed, it may be the first day of the code.
    begun = None if authority.former_codes else authority.in_being_from
    first = max(year.first_day, begun or date.min)
    last = min(year.last_day, authority.in_being_to or date.max)
    return (last - first).days + 1


def _busyness(register: Register, year: ReportingYear, model: ModelYear, seed: int) -> Counts:
    """Weigh the authorities as in the model, with a little of the year's own chance."""
    # The draws of the model year itself: who was complained of more in it still is.
    lively = drawn_liveliness(_in_being(model.register, model.year), Chance(seed, "plan"))
    chance = Chance(seed, f"liveliness {year}")
    return {
        code: size
        * next((lively[each] for each in register[code].codes if each in lively), _USUAL_LIVELINESS)
        * (100 + _step(chance, _LIVELINESS_STEP_PERCENT))
        for code, size in _sizes(register, year).items()
    }


def _volumes(
    register: Register, year: ReportingYear, model: ModelYear, drift: _Drift
) -> Iterator[tuple[AuthorityType, Volume]]:
    """Give every type the volume of the model, for as many residents as it has in the year."""
    sizes, sizes_of_model = _sizes(register, year), _sizes(model.register, model.year)
    groups, groups_of_model = grouped(register), grouped(model.register)
    for type_, volume in model.targets.assumed.volumes.items():
        whole = sum(sizes_of_model.get(code, 0) for code in groups_of_model.get(type_, ()))
        part = sum(sizes.get(code, 0) for code in groups.get(type_, ())) * drift.volumes[type_]
        per = max(1, whole * _PERMILLE)
        yield (
            type_,
            Volume(
                decisions=volume.decisions * part // per,
                investigations=volume.investigations * part // per,
            ),
        )


def _comparisons(
    model: Targets, drift: _Drift, chance: Chance
) -> Iterator[tuple[AuthorityType, KnownComparison]]:
    """Move the uphold rates of the types with the nation, each by a point more, less or none."""
    for type_, percent in _uphold_percents(model).items():
        moved = percent + drift.uphold + _step(chance, 1)
        yield type_, KnownComparison(uphold_percent=moved)


def _uphold_percents(model: Targets) -> Mapping[AuthorityType, int]:
    """Return the uphold rates of all types; those not known have what the nation still lacks."""
    sizes = {type_: volume.investigations for type_, volume in model.assumed.volumes.items()}
    known = {
        type_: percent
        for type_ in sizes
        if (percent := model.known.comparison(type_).uphold_percent) is not None
    }
    national = model.known.national.uphold_percent * sum(sizes.values())
    lacking = national - sum(percent * sizes[type_] for type_, percent in known.items())
    free = sum(size for type_, size in sizes.items() if type_ not in known)
    return {type_: known.get(type_, lacking // max(1, free)) for type_ in sizes}


def _drift(year: ReportingYear, model: ReportingYear, seed: int) -> _Drift:
    """Walk from the model to the year, one step a year."""
    way = 1 if year > model else -1
    drift = _Drift(dict.fromkeys(AuthorityType, _PERMILLE))
    for passed in range(model.ends + way, year.ends + way, way):
        chance = Chance(seed, f"drift {passed}")
        drift = _Drift(
            volumes={
                type_: _within(
                    _VOLUME_PERMILLE,
                    level * (_PERMILLE + _step(chance, _VOLUME_STEP_PERMILLE)) // _PERMILLE,
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
