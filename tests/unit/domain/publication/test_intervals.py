from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annual_review.domain.publication.intervals import (
    Difference,
    chance_range,
    change,
    control_limits,
    difference,
)
from annual_review.domain.statistics import Statistic
from tests.strategies import statistics


@given(statistics().filter(lambda share: share.denominator > 0))
def test_the_range_of_chance_is_wilsons(share: Statistic) -> None:
    found = chance_range(share)

    assert found is not None
    cases, rate, z = share.denominator, share.numerator / share.denominator, 1.959964
    middle = (rate + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z * sqrt(rate * (1 - rate) / cases + z * z / (4 * cases**2)) / (1 + z * z / cases)
    assert found.lower.numerator == pytest.approx(10_000 * (middle - half), abs=0.6)
    assert found.upper.numerator == pytest.approx(10_000 * (middle + half), abs=0.6)


@pytest.mark.parametrize(
    ("share", "range_"),
    [
        (Statistic(2, 4), ("15%", "85%")),
        (Statistic(0, 4), ("0%", "49%")),
        (Statistic(4, 4), ("51%", "100%")),
        (Statistic(999, 1000), ("99%", "more than 99%")),
    ],
)
def test_the_ends_of_a_range_are_0_and_100_only_where_they_are_exactly_that(
    share: Statistic, range_: tuple[str, str]
) -> None:
    found = chance_range(share)

    assert found is not None
    assert (str(found.lower.printed()), str(found.upper.printed())) == range_


def test_without_a_case_chance_has_nothing_to_explain() -> None:
    assert chance_range(Statistic(0, 0)) is None
    assert difference(Statistic(0, 0), Statistic(1, 2)) is None


@pytest.mark.parametrize(
    ("share", "pool", "verdict"),
    [
        (Statistic(9, 9), Statistic(1, 2), None),  # 1 in 512
        (Statistic(10, 10), Statistic(1, 2), Difference.HIGHER),  # 1 in 1,024
        (Statistic(0, 10), Statistic(1, 2), Difference.LOWER),
        (Statistic(0, 1), Statistic(249, 252), None),  # 1 in 84: one failure is no verdict
    ],
)
def test_an_authority_differs_only_where_chance_does_so_less_than_once_in_a_thousand(
    share: Statistic, pool: Statistic, verdict: Difference | None
) -> None:
    assert difference(share, pool) == verdict


@given(st.integers(1, 60), st.integers(0, 40), st.data())
def test_a_dot_lies_outside_the_lines_exactly_where_the_authority_differs(
    cases: int, hits_of_forty: int, data: st.DataObject
) -> None:
    pool = Statistic(hits_of_forty, 40)
    share = Statistic(data.draw(st.integers(0, cases)), cases)

    limits = control_limits(pool, cases)

    dot = share.numerator * 10_000
    is_outside = dot < limits.lower.numerator * cases or dot > limits.upper.numerator * cases
    assert is_outside == (difference(share, pool) is not None)


@given(*(statistics().filter(lambda share: share.denominator > 0) for _ in range(2)))
def test_a_year_differs_from_another_where_the_test_of_two_proportions_says_so(
    before: Statistic, now: Statistic
) -> None:
    together = (before.numerator + now.numerator) / (before.denominator + now.denominator)
    spread = sqrt(together * (1 - together) * (1 / before.denominator + 1 / now.denominator))
    apart = now.numerator / now.denominator - before.numerator / before.denominator
    score = apart / spread if spread else 0.0
    assume(abs(abs(score) - 3.090232) > 1e-6)

    expected = None
    if abs(score) > 3.090232:
        expected = Difference.HIGHER if score > 0 else Difference.LOWER
    assert change(before, now) is expected


def test_without_cases_in_one_of_the_years_there_is_no_change_to_speak_of() -> None:
    assert change(Statistic(0, 0), Statistic(400, 400)) is None
    assert change(Statistic(3000, 5000), Statistic(3300, 5000)) is Difference.HIGHER
