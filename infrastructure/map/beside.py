"""Who lies beside whom in the country: known from the points alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from infrastructure.map.grid import WIDTH
from infrastructure.map.points import Point

_FARTHEST: Final = (3.5 * WIDTH) ** 2
_BETWEEN: Final = 0.8
"""Under 1, so that somebody a little to the side of the line between two does not part them."""


def pairs_beside(points: Sequence[Point]) -> Sequence[tuple[int, int]]:
    """Return the pairs with nobody between them, by their numbers; an isle is in none."""
    squares = [[one.square_to(other) for other in points] for one in points]
    return [
        (one, other)
        for one in range(len(points))
        for other in range(one + 1, len(points))
        if not (points[one].is_isle or points[other].is_isle)
        and squares[one][other] < _FARTHEST
        and not _parted(squares[one], squares[other], squares[one][other])
    ]


def _parted(from_one: Sequence[float], from_other: Sequence[float], apart: float) -> bool:
    return any(
        near and far and near + far < apart * _BETWEEN
        for near, far in zip(from_one, from_other, strict=True)
    )
