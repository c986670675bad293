"""Letters on paper: the pages of a PDF side by side, in few colours."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image

_DESK: Final = (138, 146, 150)
_AROUND: Final = 10
_COLOURS: Final = 20


def pages_of(pdf: bytes, *, dots_per_inch: int) -> list[Image.Image]:
    """Return the pages of a PDF as pictures.

    Raises:
        FileNotFoundError: `pdftoppm` is not installed; it is part of poppler-utils.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "letter.pdf").write_bytes(pdf)
        command = ["pdftoppm", "-r", str(dots_per_inch), "-png", "letter.pdf", "page"]
        subprocess.run(command, cwd=folder, check=True)
        return [Image.open(path).convert("RGB") for path in sorted(folder.glob("page-*.png"))]


def side_by_side(pages: Sequence[Image.Image]) -> Image.Image:
    """Lay pages beside one another on a desk."""
    width = sum(page.width + _AROUND for page in pages) + _AROUND
    height = max(page.height for page in pages) + 2 * _AROUND
    desk = Image.new("RGB", (width, height), _DESK)
    left = _AROUND
    for page in pages:
        desk.paste(page, (left, _AROUND))
        left += page.width + _AROUND
    return desk


def save(picture: Image.Image, path: Path) -> None:
    """Save a picture with a small palette: letters have few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    method = Image.Quantize.MAXCOVERAGE
    few = picture.quantize(_COLOURS, method, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
