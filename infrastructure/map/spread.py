"""Spread the points so that each has the room of a cell: crowded ones apart, lonely ones together.

Only sums, products, quotients and square roots are taken, which every machine rounds alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Final

from infrastructure.map.grid import WIDTH
from infrastructure.map.points import Point

_ROUNDS: Final = 1_000
_DRAWN_FROM: Final = 400
"""The round from which neighbours draw each other: the crowded have room by then."""
_PULL: Final = 0.06
_PUSH: Final = 0.25

Spot = tuple[float, float]


def spread(points: Sequence[Point], beside: Sequence[tuple[int, int]]) -> Sequence[Spot]:
    """Return a spot for each point, about the width of a cell from the next."""
    spots = [(point.across, point.down) for point in points]
    for count in range(_ROUNDS):
        moves = [[0.0, 0.0] for _ in spots]
        if count >= _DRAWN_FROM:
            for one, other in beside:
                across, down, apart = _between(spots[one], spots[other])
                _move(moves, (one, other), (across, down), -_PULL * (apart - WIDTH) / apart)
        for one, other in _near(spots):
            across, down, apart = _between(spots[one], spots[other])
            if apart < WIDTH:
                _move(moves, (one, other), (across, down), _PUSH * (WIDTH - apart) / apart)
        spots = [
            (across + move[0], down + move[1])
            for (across, down), move in zip(spots, moves, strict=True)
        ]
    return spots


def _between(one: Spot, other: Spot) -> tuple[float, float, float]:
    across, down = one[0] - other[0], one[1] - other[1]
    return across, down, sqrt(across * across + down * down) + 1e-9


def _move(moves: list[list[float]], pair: tuple[int, int], way: Spot, share: float) -> None:
    for number, sign in zip(pair, (share, -share), strict=True):
        moves[number][0] += way[0] * sign
        moves[number][1] += way[1] * sign


def _near(spots: Sequence[Spot]) -> Iterator[tuple[int, int]]:
    """Return the pairs that may be closer than the width of a cell."""
    squares: Mapping[tuple[int, int], list[int]] = defaultdict(list)
    where = [(int(across // WIDTH), int(down // WIDTH)) for across, down in spots]
    for number, square in enumerate(where):
        squares[square].append(number)
    for number, (across, down) in enumerate(where):
        for column in (across - 1, across, across + 1):
            for row in (down - 1, down, down + 1):
                for other in squares.get((column, row), ()):
                    if number < other:
                        yield number, other
