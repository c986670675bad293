"""Letters in the mail: the HTML as a browser shows it, wide, on a telephone, and in the dark."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image, ImageChops

_TALL: Final = 6000
_BROWSER: Final = "chromium"


@dataclass(frozen=True, slots=True)
class Look:
    """A way of looking at a letter: a name, what it is, a width in pixels, and the light."""

    name: str
    what: str
    width: int
    is_dark: bool = False


LOOKS: Final = (
    Look("mail-wide", "in a wide window", 700),
    Look("mail-phone", "on a telephone", 360),
    Look("mail-dark", "in dark mode", 700, is_dark=True),
)


def picture_of(html: str, look: Look) -> Image.Image:
    """Return what a browser shows of a letter.

    Raises:
        FileNotFoundError: Chromium is not installed.
    """
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if look.is_dark else []
    # Chromium refuses its sandbox to root; the page is our own and loads nothing.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "letter.html").write_text(html, encoding="utf-8")
        command = [
            _BROWSER,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={look.width},{_TALL}",
            "--screenshot=letter.png",
            *dark,
            *root,
            "letter.html",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        picture = Image.open(folder / "letter.png").convert("RGB")
    return _without_the_rest(picture)


def _without_the_rest(picture: Image.Image) -> Image.Image:
    corner = (picture.width - 1, picture.height - 1)
    ground = Image.new("RGB", picture.size, picture.getpixel(corner))
    found = ImageChops.difference(picture, ground).getbbox()
    bottom = found[3] if found else picture.height
    return picture.crop((0, 0, picture.width, min(bottom + 24, picture.height)))
