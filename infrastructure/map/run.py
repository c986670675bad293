"""`make map`: keeps the cell of every authority, gives newcomers one, and draws the picture.

With `--first` the layout is computed from the points of the register alone, as it once was.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from infrastructure.map.cell_file import CELLS, cells_in, file_of
from infrastructure.map.faults import faults_of
from infrastructure.map.layout import first_layout, with_newcomers
from infrastructure.map.picture import draw
from infrastructure.map.points import points_of_the_register

_PICTURE: Final = Path(__file__).resolve().parents[2] / "docs/site/map-layout.png"
_SEED: Final = 1
_MOVES: Final = 120_000


def main() -> int:
    """Write the cells and the picture, or compare with what is there."""
    parser = argparse.ArgumentParser(prog="make map", description=__doc__)
    parser.add_argument(
        "--first", action="store_true", help="compute the layout from nothing (a minute)"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where the file would change"
    )
    options = parser.parse_args()
    points = points_of_the_register()
    there = CELLS.read_text(encoding="utf-8")
    cells = (
        first_layout(points, _SEED, _MOVES)
        if options.first
        else with_newcomers(points, cells_in(there))
    )
    faults = list(faults_of(points, cells))
    if options.check and file_of(points, cells) != there:
        faults.append(f"{CELLS.name} is not what this script writes")
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    if not (faults or options.check):
        CELLS.write_text(file_of(points, cells), encoding="utf-8")
        draw(points, cells, _PICTURE)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
