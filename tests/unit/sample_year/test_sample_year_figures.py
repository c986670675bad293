"""The simulated year has the figures that are known of the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.figures import AuthorityFigures, YearFigures, figures_of_year
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import StatisticName
from annual_review.domain.tallies import Measure
from annual_review.sample_year import (
    PublishedFigures,
    SampleYear,
    Targets,
    UnreachableTargetsError,
)

ROCHFORD = AuthorityCode("E07000075")
WATFORD = AuthorityCode("E07000103")
AYLESBURY_VALE = AuthorityCode("E07000004")
BUCKINGHAMSHIRE = AuthorityCode("E06000060")

Published = Mapping[AuthorityCode, PublishedFigures]
Simulate = Callable[[int], SampleYear]
SimulateWith = Callable[[Published, Targets], SampleYear]


def test_published_figures_are_met_to_the_last_case(
    figures: YearFigures, published: Published
) -> None:
    for code, row in published.items():
        mine = figures.by_code[code]
        own, pool = mine.statistics, figures.pools[mine.authority.type]
        known = {
            "investigations": (row.investigations, mine.tally.investigations),
            "upheld": (row.upheld, mine.tally.upheld),
            "uphold_percent": (row.uphold_percent, own[StatisticName.UPHOLD_RATE].percentage),
            "uphold_average": (row.uphold_average, pool[StatisticName.UPHOLD_RATE].percentage),
            "compliance_outcomes": (row.compliance_outcomes, mine.tally.compliance_outcomes),
            "compliance_percent": (
                row.compliance_percent,
                own[StatisticName.COMPLIANCE_RATE].percentage,
            ),
            "compliance_average": (
                row.compliance_average,
                pool[StatisticName.COMPLIANCE_RATE].percentage,
            ),
            "remedies": (row.remedies, mine.tally.satisfactory_remedies),
            "remedy_percent": (
                row.remedy_percent,
                own[StatisticName.SATISFACTORY_REMEDY_RATE].percentage,
            ),
            "remedy_average": (
                row.remedy_average,
                pool[StatisticName.SATISFACTORY_REMEDY_RATE].percentage,
            ),
        }
        given = {name: pair for name, pair in known.items() if pair[0] is not None}
        assert {name: simulated for name, (_, simulated) in given.items()} == {
            name: real for name, (real, _) in given.items()
        }, row.authority


def test_rochford_has_the_figures_of_its_letter(figures: YearFigures) -> None:
    tally = figures.by_code[ROCHFORD].tally
    assert (tally.investigations, tally.upheld) == (1, 1)
    assert (tally.compliance_outcomes, tally.complied) == (1, 1)
    assert tally.satisfactory_remedies == 0


@pytest.mark.parametrize("seed", [1, 2020, 1_000_003])
def test_known_comparisons_come_out_whatever_the_seed(
    seed: int, simulate: Simulate, register: Register, year: ReportingYear
) -> None:
    pools = figures_of_year(year, register, simulate(seed).expected.tallies).pools
    uphold = {type_: pool[StatisticName.UPHOLD_RATE].percentage for type_, pool in pools.items()}
    remedy = {
        type_: pool[StatisticName.SATISFACTORY_REMEDY_RATE].percentage
        for type_, pool in pools.items()
    }
    assert uphold[AuthorityType.DISTRICT] == 45
    assert uphold[AuthorityType.METROPOLITAN] == 67
    assert uphold[AuthorityType.UNITARY] == 56
    assert uphold[AuthorityType.COUNTY] == 66
    assert remedy[AuthorityType.DISTRICT] == 20
    assert remedy[AuthorityType.METROPOLITAN] == 11
    assert pools[AuthorityType.DISTRICT][StatisticName.COMPLIANCE_RATE].percentage == 99


def test_national_figures_come_out(figures: YearFigures) -> None:
    nation = figures.national
    assert nation.decisions == 17_019
    assert (200 * nation.upheld + nation.investigations) // (2 * nation.investigations) == 61
    assert (200 * nation.satisfactory_remedies + nation.upheld) // (2 * nation.upheld) == 13
    outcomes = nation.compliance_outcomes
    assert (2000 * nation.complied + outcomes) // (2 * outcomes) == 994


def test_about_three_decisions_in_ten_are_detailed_investigations(figures: YearFigures) -> None:
    nation = figures.national
    assert 28 * nation.decisions <= 100 * nation.investigations <= 32 * nation.decisions


def test_every_authority_of_the_year_has_figures_and_its_successor_none(
    figures: YearFigures, register: Register, year: ReportingYear
) -> None:
    assert len(figures.authorities) == 354
    assert BUCKINGHAMSHIRE not in figures.by_code
    abolished = figures.by_code[AYLESBURY_VALE]
    assert abolished.tally.decisions
    assert register.answering_for(AYLESBURY_VALE, year.last_day) == (BUCKINGHAMSHIRE,)


VARIANTS: dict[str, Callable[[AuthorityFigures], bool]] = {
    "no detailed investigation": lambda of: not of.tally.investigations,
    "no decision at all": lambda of: not of.tally.decisions,
    "nothing upheld, some investigated": (
        lambda of: of.tally.investigations > 0 and not of.tally.upheld
    ),
    "no compliance outcome, some upheld": (
        lambda of: of.tally.upheld > 0 and not of.tally.compliance_outcomes
    ),
    "one compliance outcome": lambda of: of.tally.compliance_outcomes == 1,
    "one detailed investigation": lambda of: of.tally.investigations == 1,
    "one upheld decision": lambda of: of.tally.upheld == 1,
    "one satisfactory remedy": lambda of: of.tally.satisfactory_remedies == 1,
    "everything upheld": lambda of: of.statistics[StatisticName.UPHOLD_RATE].percentage == 100,
    "below full compliance": lambda of: of.tally.complied < of.tally.compliance_outcomes,
    "a remedy completed late": lambda of: of.tally[Measure(ComplianceOutcome.LATE)] > 0,
    "no comparison, some investigated": (
        lambda of: not of.authority.type.is_compared and of.tally.investigations > 0
    ),
    "abolished, some investigated": (
        lambda of: of.authority.code == AYLESBURY_VALE and of.tally.investigations > 0
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_of_the_letter_occurs(variant: str, figures: YearFigures) -> None:
    assert any(VARIANTS[variant](each) for each in figures.authorities)


def test_a_target_that_no_numbers_meet_is_named(
    simulate_with: SimulateWith, published: Published, targets: Targets
) -> None:
    national = targets.known.national.model_copy(update={"uphold_percent": 99})
    known = targets.known.model_copy(update={"national": national})
    with pytest.raises(UnreachableTargetsError, match="99 of 100 nationally"):
        simulate_with(published, targets.model_copy(update={"known": known}))


@pytest.mark.parametrize(
    ("slip", "complaint"),
    [
        ({"uphold_percent": 55}, "5 of 9 isn't 55 of 100"),
        ({"investigations": 900}, "district: 860 can't be spread"),
        ({"investigations": 400, "upheld": 400, "uphold_percent": None}, "slots can't be chosen"),
    ],
)
def test_published_figures_that_contradict_are_refused(
    slip: dict[str, int | None],
    complaint: str,
    simulate_with: SimulateWith,
    published: Published,
    targets: Targets,
) -> None:
    wrong = {**published, WATFORD: published[WATFORD].model_copy(update=slip)}
    with pytest.raises(UnreachableTargetsError, match=complaint):
        simulate_with(wrong, targets)


def test_figures_published_of_an_authority_outside_the_year_are_refused(
    simulate_with: SimulateWith, published: Published, targets: Targets
) -> None:
    wrong = {**published, BUCKINGHAMSHIRE: published[WATFORD]}
    with pytest.raises(UnreachableTargetsError, match="not in being in 2020: E06000060"):
        simulate_with(wrong, targets)
