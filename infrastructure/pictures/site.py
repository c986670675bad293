"""Pictures of the site: each kind of page, as a browser shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from infrastructure.pictures.browser import chromium
from infrastructure.pictures.paper import pages_of, side_by_side
from infrastructure.pictures.sample_site import YEARS, sample_pages

_WIDE: Final = 1280
_PHONE: Final = 390
_COLOURS: Final = 64
_YEAR: Final = YEARS[0]
_PAPER_DOTS: Final = 90
_MANCHESTER: Final = "e08000003"
_ROCHFORD: Final = "e07000075"
_CORBY: Final = "e07000150"
_NORTH: Final = "e06000061"
_LONDON: Final = "e09000002,e09000003,e09000008,e09000012,e09000028"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what it is called, what it shows, and of which page it is.

    `top` is where it begins, as a selector of the page; `height` is how much of it is seen. On a
    phone it is seen in the light and in the dark, side by side.
    """

    name: str
    shows: str
    page: str
    height: int = 1000
    top: str = ""
    on_phone: bool = False
    is_dark: bool = False
    typed: str = ""
    is_printed: bool = False


PICTURES: Final = (
    Picture("home", "Home: find your council by typing, or in the list below.", ""),
    Picture("map", "Map: a hexagon for each council.", f"{_YEAR}/map/"),
)


def draw_site(folder: Path) -> None:
    """Draw every picture into a folder.

    Raises:
        BrowserMissingError: Chromium is not installed.
        FileNotFoundError: `pdftoppm` is not installed.
    """
    with TemporaryDirectory(prefix="annual-review-") as name, chromium() as browser:
        site = Path(name)
        for path, content in sample_pages():
            file = site / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        for picture in PICTURES:
            _save(_drawn(browser, site, picture), folder / f"{picture.name}.png")


def _drawn(browser: Browser, site: Path, picture: Picture) -> Image.Image:
    if picture.is_printed:
        return side_by_side(_printed(browser, site, picture))
    if picture.on_phone:
        lights = (_seen(browser, site, picture, _PHONE, is_dark=dark) for dark in (False, True))
        return side_by_side(list(lights))
    return _seen(browser, site, picture, _WIDE, is_dark=picture.is_dark)


def _seen(
    browser: Browser, site: Path, picture: Picture, width: int, *, is_dark: bool
) -> Image.Image:
    size = ViewportSize(width=width, height=picture.height)
    context = browser.new_context(viewport=size, color_scheme="dark" if is_dark else "light")
    try:
        page = context.new_page()
        page.goto(_address(site, picture))
        page.evaluate("document.fonts.ready")
        if picture.typed:
            page.get_by_role("searchbox").fill(picture.typed)
        if picture.top:
            page.locator(picture.top).first.evaluate("each => each.scrollIntoView()")
        return Image.open(BytesIO(page.screenshot())).convert("RGB")
    finally:
        context.close()


def _printed(browser: Browser, site: Path, picture: Picture) -> Sequence[Image.Image]:
    page = browser.new_page()
    try:
        page.goto(_address(site, picture))
        return pages_of(page.pdf(format="A4"), dots_per_inch=_PAPER_DOTS)
    finally:
        page.close()


def _address(site: Path, picture: Picture) -> str:
    path, _, asked = picture.page.partition("?")
    address = (site / path / "index.html").as_uri()
    return f"{address}?{asked}" if asked else address


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
