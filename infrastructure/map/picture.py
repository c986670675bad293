"""A picture of the layout: regions in colours, counties outlined, names in the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from infrastructure.map.grid import Cell, around, centre
from infrastructure.map.points import Point

_FONT: Final = (
    Path(__file__).resolve().parents[2]
    / "shared/annual_review/rendering/forms/fonts/SourceSans3-Regular.ttf"
)
_SCALE: Final = 2
_MARGIN: Final = 24
_LETTERS: Final = 9
_CORNERS: Final = ((0, -17), (15, -9), (15, 9), (0, 17), (-15, 9), (-15, -9))
"""Between a corner and the next lies the cell of the same number in `around`."""
_COLOURS: Final = (
    "#8dd3c7",
    "#ffffb3",
    "#bebada",
    "#fb8072",
    "#80b1d3",
    "#fdb462",
    "#b3de69",
    "#fccde5",
    "#d9d9d9",
)
_LEFT_OUT: Final = (
    "London Borough of ",
    "Royal Borough of ",
    "Borough of ",
    "Council of the ",
    "City of ",
    " Metropolitan",
    " Borough",
    " District",
    " County",
    " City",
    " Council",
)
_LINE: Final = "#222222"


def draw(points: Sequence[Point], cells: Mapping[str, Cell], path: Path) -> None:
    """Draw the layout into a PNG file."""
    centres = [centre(cells[point.code]) for point in points]
    left = min(across for across, _ in centres) - _MARGIN
    top = min(down for _, down in centres) - _MARGIN
    size = (
        (max(across for across, _ in centres) + _MARGIN - left) * _SCALE,
        (max(down for _, down in centres) + _MARGIN - top) * _SCALE,
    )
    picture = Image.new("RGB", size, "white")
    canvas = ImageDraw.Draw(picture)
    regions = sorted({point.region for point in points})
    font = ImageFont.truetype(str(_FONT), 6 * _SCALE)
    drawn = [
        (point, ((across - left) * _SCALE, (down - top) * _SCALE))
        for point, (across, down) in zip(points, centres, strict=True)
    ]
    for point, at in drawn:
        colour = _COLOURS[regions.index(point.region)]
        canvas.polygon(_corners(at), fill=colour, outline="white")
        canvas.text(at, _short(point.name), fill=_LINE, font=font, anchor="mm")
    counties = {cells[point.code]: point.county for point in points}
    for point, at in drawn:
        sides = pairwise([*_corners(at), _corners(at)[0]])
        for side, beside in zip(sides, around(cells[point.code]), strict=True):
            if point.county and counties.get(beside) != point.county:
                canvas.line(side, fill=_LINE, width=_SCALE)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(32, dither=Image.Dither.NONE).save(path, optimize=True)


def _corners(at: tuple[int, int]) -> list[tuple[int, int]]:
    return [(at[0] + across * _SCALE, at[1] + down * _SCALE) for across, down in _CORNERS]


def _short(name: str) -> str:
    for word in _LEFT_OUT:
        name = name.replace(word, "")
    return name[:_LETTERS].strip()
