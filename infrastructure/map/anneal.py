"""Move authorities about, ever more choosily, until neighbours lie beside each other."""

from __future__ import annotations

from math import log
from random import Random
from typing import Final

from infrastructure.map.grid import Cell, around
from infrastructure.map.strain import Layout

_HOT: Final = 250
_COLD: Final = 4
_STAGES: Final = 200
_QUANTILES: Final = 1_024
_PATIENCE: Final = tuple(
    round(-1_000 * log((number + 0.5) / _QUANTILES)) for number in range(_QUANTILES)
)
"""What a move may cost, in thousandths of the temperature: mostly little, seldom much. Whole
numbers, so that no machine decides otherwise than another."""


def anneal(layout: Layout, seed: int, moves: int) -> None:
    """Improve a layout by some moves: the same seed, the same layout."""
    chance = Random(seed)  # noqa: S311 - nothing secret
    for stage in range(_STAGES):
        warmth = _HOT * (_COLD / _HOT) ** (stage / (_STAGES - 1))
        temperature = round(warmth * 1_000)
        for _ in range(moves // _STAGES):
            number = _one_of(chance, len(layout.cells))
            cell = _somewhere_near(layout, number, chance)
            if cell == layout.cells[number] or not layout.touches(cell, but=number):
                continue
            allowed = temperature * _PATIENCE[_one_of(chance, _QUANTILES)]
            if layout.strain_of_move(number, cell) * 1_000_000 <= allowed:
                layout.move(number, cell)


def _somewhere_near(layout: Layout, number: int, chance: Random) -> Cell:
    """Return a cell beside its own, or beside somebody who should be its neighbour."""
    neighbours = layout.neighbours(number)
    whose = number
    if neighbours and _one_of(chance, 2):
        whose = neighbours[_one_of(chance, len(neighbours))]
    return around(layout.cells[whose])[_one_of(chance, 6)]


def _one_of(chance: Random, many: int) -> int:
    # Every version of Python draws these alike; `randrange` is not promised to.
    return int(chance.random() * many)
