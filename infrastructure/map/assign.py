"""Give every spot a cell of its own, with the least distance in all: the Hungarian method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_NOBODY: Final = -1


def assign(costs: Sequence[Sequence[int]]) -> Sequence[int]:
    """Return the column of every row: no column twice, and the sum of costs the least there is."""
    columns = len(costs[0])
    row_prices, column_prices = [0] * len(costs), [0] * columns
    holder = [_NOBODY] * columns
    for row in range(len(costs)):
        _let_in(row, costs, row_prices, column_prices, holder)
    column_of = {held_by: column for column, held_by in enumerate(holder)}
    return [column_of[row] for row in range(len(costs))]


def _let_in(
    newcomer: int,
    costs: Sequence[Sequence[int]],
    row_prices: list[int],
    column_prices: list[int],
    holder: list[int],
) -> None:
    """Give a row a column, moving others along the cheapest chain that ends at a free one."""
    columns = range(len(holder))
    least: list[float] = [float("inf")] * len(holder)
    came_from = [_NOBODY] * len(holder)
    seen = [False] * len(holder)
    row, column = newcomer, _NOBODY
    while True:
        nearest, step = _NOBODY, float("inf")
        for other in columns:
            if seen[other]:
                continue
            price = costs[row][other] - row_prices[row] - column_prices[other]
            if price < least[other]:
                least[other], came_from[other] = price, column
            if least[other] < step:
                nearest, step = other, least[other]
        row_prices[newcomer] += int(step)
        for other in columns:
            if seen[other]:
                row_prices[holder[other]] += int(step)
                column_prices[other] -= int(step)
            else:
                least[other] -= step
        seen[nearest] = True
        column, row = nearest, holder[nearest]
        if row == _NOBODY:
            break
    while column != _NOBODY:
        before = came_from[column]
        holder[column] = holder[before] if before != _NOBODY else newcomer
        column = before
