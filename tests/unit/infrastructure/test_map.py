"""The map of hexagons: what its layout promises, and how it is computed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations
from random import Random

import pytest

from infrastructure.map.assign import assign
from infrastructure.map.cell_file import CELLS, cells_in, file_of
from infrastructure.map.faults import faults_of
from infrastructure.map.grid import WIDTH, around, steps_between
from infrastructure.map.layout import first_layout, with_newcomers
from infrastructure.map.points import Point, points_of_the_register

POINTS = points_of_the_register()
COMMITTED = CELLS.read_text(encoding="utf-8")
CELLS_THERE = cells_in(COMMITTED)
LONDON, CORNWALL, ISLE_OF_WIGHT = "E09000001", "E06000052", "E06000046"


def a_country(rows: int = 4, columns: int = 5) -> list[Point]:
    """Return authorities about the width of a cell apart, those of a row in one county."""
    chance = Random(1)
    return [
        Point(
            f"E{row}{column}",
            f"Council {row}{column}",
            "North" if row < rows // 2 else "South",
            f"E1000000{row}",
            "",
            WIDTH * (column + row / 2 + chance.random() / 4),
            26 * (row + chance.random() / 4),
        )
        for row in range(rows)
        for column in range(columns)
    ]


def test_the_map_that_is_there_keeps_its_promises_and_nobody_has_to_move() -> None:
    assert faults_of(POINTS, CELLS_THERE) == []
    assert file_of(POINTS, with_newcomers(POINTS, CELLS_THERE)) == COMMITTED


@pytest.mark.parametrize(
    ("moved", "to", "fault"),
    [
        (LONDON, CELLS_THERE[CORNWALL], "2 authorities have the cell"),
        (CORNWALL, (40, 40), "South West is in pieces"),
        (ISLE_OF_WIGHT, around(CELLS_THERE[CORNWALL])[4], "Isle of Wight Council touches"),
        (LONDON, (40, 40), "nobody has the cell"),
    ],
)
def test_a_broken_promise_is_named(moved: str, to: tuple[int, int], fault: str) -> None:
    faults = faults_of(POINTS, {**CELLS_THERE, moved: to})

    assert any(fault in each for each in faults), faults


def test_three_counties_in_pieces_are_one_too_many() -> None:
    districts = {point.county: point.code for point in POINTS if point.county}
    first, second, third, other, another, last = list(districts.values())[:6]
    swaps = {first: other, second: another, third: last}
    cells = dict(CELLS_THERE)
    for one, two in swaps.items():
        cells[one], cells[two] = cells[two], cells[one]

    assert any(each.startswith("too many counties") for each in faults_of(POINTS, cells))


def test_an_authority_without_a_cell_is_a_fault() -> None:
    left = {code: cell for code, cell in CELLS_THERE.items() if code != CORNWALL}

    assert faults_of(POINTS, left) == [f"cells and register differ: {CORNWALL}"]


def test_a_newcomer_takes_a_free_cell_near_its_neighbour_and_nobody_moves() -> None:
    cornwall = next(point for point in POINTS if point.code == CORNWALL)
    newcomer = replace(cornwall, code="E06000999", across=cornwall.across + 1)

    cells = with_newcomers([*POINTS, newcomer], CELLS_THERE)

    assert {code: cells[code] for code in CELLS_THERE} == CELLS_THERE
    assert steps_between(cells["E06000999"], cells[CORNWALL]) == 1
    assert cells["E06000999"] not in CELLS_THERE.values()


def test_a_first_layout_is_the_same_every_time_and_lets_neighbours_lie_together() -> None:
    country = a_country()

    cells = first_layout(country, seed=1, moves=4_000)

    assert cells == first_layout(country, seed=1, moves=4_000)
    assert faults_of(country, cells) == []
    rows = [[cells[f"E{row}{column}"] for column in range(5)] for row in range(4)]
    apart = [steps_between(*pair) for row in rows for pair in pairwise(row)]
    assert sum(steps == 1 for steps in apart) >= 14


def test_cells_are_given_with_the_least_distance_in_all() -> None:
    chance = Random(7)
    for _ in range(30):
        costs = [[chance.randrange(20) for _ in range(6)] for _ in range(4)]

        columns = assign(costs)

        sums = [
            sum(costs[row][column] for row, column in enumerate(way))
            for way in permutations(range(6), 4)
        ]
        assert len(set(columns)) == 4
        assert sum(costs[row][column] for row, column in enumerate(columns)) == min(sums)
