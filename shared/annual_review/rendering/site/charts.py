"""Where things stand in a chart. Positions alone are worked out here, never a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from annual_review.domain.publication.intervals import Range, control_limits
from annual_review.domain.statistics import Statistic

_STEPS: Final = 48


def place(share: Statistic, length: int) -> str:
    """Return where a share stands on a scale of this length, with one decimal."""
    return f"{length * share.numerator / share.denominator:.1f}"


def height(share: Statistic, length: int) -> str:
    """Return where a share stands on an upright scale, 100% at the top."""
    return f"{length * (1 - share.numerator / share.denominator):.1f}"


def span(found: Range, length: int) -> str:
    """Return how long a range is on a scale of this length."""
    upper, lower = found.upper, found.lower
    return f"{length * (upper.numerator - lower.numerator) / upper.denominator:.1f}"


@dataclass(frozen=True, slots=True)
class Funnel:
    """The lines of a funnel plot, as points of SVG, and its scale along the bottom."""

    width: int
    height: int
    most: int
    lower: str
    upper: str
    average: str
    ticks: Sequence[tuple[str, int]]

    def x(self, share: Statistic) -> str:
        """Where a number of cases stands."""
        return _at(share.denominator, self.most, self.width)

    def y(self, share: Statistic) -> str:
        """Where a share stands: 100% at the top."""
        return height(share, self.height)


def funnel(shares: Iterable[Statistic], pool: Statistic, width: int, tall: int) -> Funnel:
    """Lay a funnel plot out over the shares of a pool."""
    largest = max((each.denominator for each in shares), default=1)
    step = next(
        size * ten for ten in (1, 10, 100, 1000) for size in (1, 2, 5) if largest <= 6 * size * ten
    )
    most = -(-largest // step) * step
    sizes = sorted({max(1, most * each // _STEPS) for each in range(1, _STEPS + 1)})
    limits = [(size, control_limits(pool, size)) for size in sizes]

    def line(points: Iterable[tuple[int, Statistic]]) -> str:
        return " ".join(f"{_at(size, most, width)},{height(share, tall)}" for size, share in points)

    return Funnel(
        width=width,
        height=tall,
        most=most,
        lower=line((size, limit.lower) for size, limit in limits),
        upper=line((size, limit.upper) for size, limit in limits),
        average=height(pool, tall),
        ticks=[(_at(size, most, width), size) for size in range(0, most + 1, step)],
    )


def _at(size: int, most: int, width: int) -> str:
    return f"{width * size / most:.1f}"
