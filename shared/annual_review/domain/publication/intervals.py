"""What chance can do to a share: the range it could explain, and when it explains no more.

All in whole numbers. The ends of a range are shares of ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import comb, isqrt
from typing import Final

from annual_review.domain.statistics import Statistic

_SCALE: Final = 10_000
_MILLION: Final = 1_000_000
_Z_SQUARED: Final = 3_841_459
"""The square of 1.959964, in millionths: 95% of a normal distribution lie within."""
_Z_SQUARED_OF_CHANGE: Final = 9_549_535
"""The square of 3.090232, in millionths: 99.8% lie within."""
_TAIL: Final = 1_000
"""One in a thousand on either side: 99.8% lie between."""


@dataclass(frozen=True, slots=True)
class Range:
    """From one share to another, both of ten thousand."""

    lower: Statistic
    upper: Statistic


class Difference(StrEnum):
    """How an authority stands to similar ones, where chance does not explain it."""

    HIGHER = "higher"
    LOWER = "lower"


def chance_range(share: Statistic) -> Range | None:
    """Return Wilson's 95% range of a share, its ends rounded half up; `None` without any case.

    2 of 4 could stand for anything from 15% to 85%.
    """
    hits, cases = share.numerator, share.denominator
    if not cases:
        return None
    square = _Z_SQUARED**2 + 4 * _Z_SQUARED * _MILLION * hits * (cases - hits) // cases
    middle, root = 2 * hits * _MILLION + _Z_SQUARED, isqrt(square)
    whole = 2 * (cases * _MILLION + _Z_SQUARED)
    lower, upper = (
        (2 * _SCALE * end + whole) // (2 * whole) for end in (middle - root, middle + root)
    )
    return Range(Statistic(lower, _SCALE), Statistic(upper, _SCALE))


def difference(share: Statistic, pool: Statistic) -> Difference | None:
    """Say how a share differs from its pool beyond what chance explains in 998 of 1,000 cases.

    Exact: the binomial chance of so many, or so few, is under one in a thousand.
    """
    if not share.denominator or not pool.denominator:
        return None
    whole = pool.denominator**share.denominator
    exactly = list(_chances(share.denominator, pool))
    if _TAIL * sum(exactly[: share.numerator + 1]) < whole:
        return Difference.LOWER
    if _TAIL * sum(exactly[share.numerator :]) < whole:
        return Difference.HIGHER
    return None


def change(before: Statistic, now: Statistic) -> Difference | None:
    """Say how a share of many cases differs from that of another year beyond what chance explains.

    In 998 of 1,000 cases chance explains less: the test of two proportions, with the cases of both
    pooled for their spread. It is meant for hundreds of cases, where `difference` would take long.
    """
    cases = before.denominator * now.denominator
    if not cases:
        return None
    hits, both = before.numerator + now.numerator, before.denominator + now.denominator
    apart = now.numerator * before.denominator - before.numerator * now.denominator
    if apart**2 * both * _MILLION <= _Z_SQUARED_OF_CHANGE * hits * (both - hits) * cases:
        return None
    return Difference.HIGHER if apart > 0 else Difference.LOWER


def control_limits(pool: Statistic, cases: int) -> Range:
    """Return beyond which shares `difference` speaks of one, for authorities with so many cases.

    Midway between the last count that chance explains and the first that it does not.
    """
    whole = pool.denominator**cases
    exactly = list(_chances(cases, pool))
    too_few = _beyond(exactly, whole)
    too_many = _beyond(exactly[::-1], whole)
    lower = _SCALE * (2 * too_few - 1) // (2 * cases) if too_few else 0
    upper = _SCALE - _SCALE * (2 * too_many - 1) // (2 * cases) if too_many else _SCALE
    return Range(Statistic(lower, _SCALE), Statistic(upper, _SCALE))


def _chances(cases: int, pool: Statistic) -> Iterator[int]:
    """Give the chance of 0, 1, 2 … hits, all multiplied by the same whole."""
    hit, miss = pool.numerator, pool.denominator - pool.numerator
    for hits in range(cases + 1):
        yield comb(cases, hits) * hit**hits * miss ** (cases - hits)


def _beyond(exactly: list[int], whole: int) -> int:
    """Count how many counts from this end are too unlikely."""
    so_far = 0
    for count, chance in enumerate(exactly):
        so_far += chance
        if _TAIL * so_far >= whole:
            return count
    return 0
