from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import floor
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annual_review.domain.statistics import (
    PopulationRate,
    Rounding,
    Statistic,
    StatisticName,
    pooled,
    printed_percentage_of,
    statistics_of,
)
from annual_review.domain.tallies import Tally
from tests.builders import a_tally
from tests.strategies import statistics, tallies


@pytest.mark.parametrize(
    ("numerator", "denominator", "percentage"),
    [
        (33, 40, 83),  # 82.5
        (2, 16, 13),  # 12.5
        (7, 8, 88),  # 87.5
        (1, 200, 1),  # 0.5
        (199, 200, 100),  # 99.5
        (1, 201, 0),
        (200, 201, 100),
        (1, 3, 33),
        (2, 3, 67),
        (0, 5, 0),
        (5, 5, 100),
        (1, 1, 100),
    ],
)
def test_percentages_are_whole_numbers_rounded_half_up(
    numerator: int, denominator: int, percentage: int
) -> None:
    assert Statistic(numerator, denominator).percentage == percentage


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed", "in_2020"),
    [
        (249, 250, "more than 99%", "100%"),
        (1, 249, "less than 1%", "0%"),
        (250, 250, "100%", "100%"),
        (0, 250, "0%", "0%"),
        (99, 100, "99%", "99%"),
        (1, 200, "1%", "1%"),
        (199, 201, "99%", "99%"),
        (200, 201, "more than 99%", "100%"),
    ],
)
def test_all_and_nothing_are_printed_only_where_they_are_true(
    numerator: int, denominator: int, printed: str, in_2020: str
) -> None:
    statistic = Statistic(numerator, denominator)

    assert str(statistic.printed()) == printed
    assert str(statistic.printed(Rounding.HALF_UP)) == in_2020


def test_without_a_case_no_percentage_is_printed() -> None:
    assert Statistic(0, 0).printed() is None
    assert printed_percentage_of(None) is None


@given(statistics())
@example(Statistic(10**17, 8 * 10**17))  # a float would have lost the half
def test_rounding_is_that_of_exact_fractions(statistic: Statistic) -> None:
    if statistic.denominator:
        exact = Fraction(100 * statistic.numerator, statistic.denominator)
        assert statistic.percentage == floor(exact + Fraction(1, 2))


@given(statistics())
def test_rounding_is_the_half_up_of_decimal_arithmetic(statistic: Statistic) -> None:
    if statistic.denominator:
        with localcontext(prec=60):
            exact = Decimal(100 * statistic.numerator) / statistic.denominator
        assert statistic.percentage == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(1, 10**30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_is_an_integer_between_0_and_100_at_any_size(counts: tuple[int, int]) -> None:
    percentage = Statistic(*counts).percentage

    assert type(percentage) is int
    assert 0 <= percentage <= 100


def test_no_cases_have_no_percentage() -> None:
    assert Statistic(0, 0).percentage is None


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 5), (6, 5), (1, 0), (0, -1), (-2, -1)])
def test_counts_that_no_list_of_cases_has_are_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="is not a statistic"):
        Statistic(numerator, denominator)


def test_the_uphold_rate_is_upheld_of_all_detailed_investigations() -> None:
    tally = a_tally(upheld=9, not_upheld=11, referred_back=80, advice_given=5)

    assert statistics_of(tally)[StatisticName.UPHOLD_RATE] == Statistic(9, 20)


def test_late_compliance_counts_as_complied() -> None:
    tally = a_tally(on_time=5, late=2, not_complied=1)

    assert statistics_of(tally)[StatisticName.COMPLIANCE_RATE] == Statistic(7, 8)


def test_the_satisfactory_remedy_rate_is_of_upheld_decisions_not_of_investigations() -> None:
    tally = a_tally(upheld=8, not_upheld=2, satisfactory_remedy=2)

    assert statistics_of(tally)[StatisticName.SATISFACTORY_REMEDY_RATE] == Statistic(2, 8)


def test_an_authority_with_no_cases_has_no_percentage_at_all() -> None:
    nothing = statistics_of(Tally())

    assert (
        nothing[StatisticName.UPHOLD_RATE].percentage,
        nothing[StatisticName.COMPLIANCE_RATE].percentage,
        nothing[StatisticName.SATISFACTORY_REMEDY_RATE].percentage,
    ) == (None, None, None)


def test_pooling_is_not_the_average_of_the_percentages() -> None:
    busy, quiet = a_tally(upheld=90, not_upheld=10), a_tally(not_upheld=1)

    assert (
        pooled([busy, quiet])[StatisticName.UPHOLD_RATE].percentage == 89
    )  # the average would be 45


@given(st.lists(tallies(), max_size=6))
def test_pooling_adds_numerators_and_denominators(each: list[Tally]) -> None:
    own = [statistics_of(tally) for tally in each]
    pool = pooled(each)

    for name in StatisticName:
        parts = [statistics_[name] for statistics_ in own]
        expected = Statistic(sum(p.numerator for p in parts), sum(p.denominator for p in parts))
        assert pool[name] == expected


@given(st.lists(tallies(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_a_pool_does_not_matter(each: list[Tally], chance: Random) -> None:
    shuffled = list(each)
    chance.shuffle(shuffled)

    assert pooled(shuffled) == pooled(each)


@pytest.mark.parametrize(
    ("cases", "population", "tenths"),
    [
        (34, 87_368, 389),
        (0, 87_368, 0),
        (1, 2_000_000, 1),  # 0.05, rounded half up
        (1, 2_000_001, 0),
        (5, 100_000, 50),
    ],
)
def test_a_rate_by_population_is_in_tenths_rounded_half_up(
    cases: int, population: int, tenths: int
) -> None:
    assert PopulationRate(cases, population).tenths_per_100_000 == tenths


@given(st.integers(0, 10**6), st.integers(1, 10**9))
def test_a_rate_by_population_is_the_nearest_tenth(cases: int, population: int) -> None:
    exact = Fraction(1_000_000 * cases, population)
    assert PopulationRate(cases, population).tenths_per_100_000 == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(("cases", "population"), [(-1, 5), (1, 0), (0, 0), (1, -5)])
def test_cases_among_nobody_are_no_rate(cases: int, population: int) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        PopulationRate(cases, population)
