"""The file of cells, which the site draws its maps from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from infrastructure.map.grid import Cell
from infrastructure.map.points import Point

CELLS: Final = (
    Path(__file__).resolve().parents[2] / "shared/annual_review/rendering/site/map_cells.csv"
)


def cells_in(text: str) -> Mapping[str, Cell]:
    """Read the cell of every authority.

    Raises:
        ValueError: an authority has two lines.
    """
    rows = list(csv.DictReader(io.StringIO(text)))
    cells = {row["code"]: (int(row["q"]), int(row["r"])) for row in rows}
    if len(cells) != len(rows):
        message = f"an authority stands twice in {CELLS.name}"
        raise ValueError(message)
    return cells


def file_of(points: Sequence[Point], cells: Mapping[str, Cell]) -> str:
    """Write the cells, with the county around each and who took over since."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "q", "r", "county", "later"])
    for point in points:
        writer.writerow([point.code, *cells[point.code], point.county, point.later])
    return text.getvalue()
