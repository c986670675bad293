"""Pictures of the site: each kind of page, as a browser shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias, cast

from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from annual_review.rendering.site.addresses import NOT_FOUND
from infrastructure.pictures.browser import chromium
from infrastructure.pictures.paper import pages_of, side_by_side
from infrastructure.pictures.sample_site import AWAITED, CORRECTED, YEARS, sample_pages

_WIDE: Final = 1280
_PHONE: Final = 390
_COLOURS: Final = 160
_YEAR: Final = YEARS[0]
_PAPER_DOTS: Final = 90
_MANCHESTER: Final = "e08000003"
_ROCHFORD: Final = "e07000075"
_CORBY: Final = "e07000150"
_NORTH: Final = "e06000061"
_Counted: TypeAlias = list[tuple[int, tuple[int, int, int]]]
_LONDON: Final = "e09000002,e09000003,e09000008,e09000012,e09000028"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what it is called, what it shows, and of which page it is.

    `height` is how much of the page is seen, and `top` where that begins, as a selector. On a phone
    it is seen in the light and in the dark, side by side.
    """

    name: str
    shows: str
    page: str
    height: int = 1000
    top: str = ""
    typed: str = ""
    on_phone: bool = False
    is_dark: bool = False
    is_printed: bool = False


PICTURES: Final = (
    Picture("home", "Home: find your council, what is new, and the map at a glance.", ""),
    Picture(
        "search",
        "A few letters of the name are enough. Without scripts the list of all names stays whole.",
        "",
        height=820,
        typed="york",
    ),
    Picture(
        "map",
        "The map: a hexagon for each council, and the number in it; hatched, with the counts and no"
        " colour, where there are fewer than five cases. A successor has the cells of all that it"
        " took over from. Below it stands the same as a table.",
        f"{_YEAR}/map/",
        height=1300,
    ),
    Picture("map-dark", "Another statistic, in the dark.", f"{_YEAR}/map/remedies/", is_dark=True),
    Picture("map-phone", "The map on a phone.", f"{_YEAR}/map/", height=900, on_phone=True),
    Picture(
        "authority",
        "An authority: the three statistics with their counts, what chance alone could explain,"
        " similar authorities, and how it was over the years.",
        f"authorities/{_MANCHESTER}/",
        height=1300,
    ),
    Picture(
        "authority-more",
        "Further down: what was agreed to change, to be filtered by year and subject.",
        f"authorities/{_MANCHESTER}/",
        height=900,
        top="#subjects",
    ),
    Picture("authority-phone", "On a phone.", f"authorities/{_MANCHESTER}/", on_phone=True),
    Picture(
        "few-cases",
        "An authority with few cases: counts first, no verdict, three years together.",
        f"authorities/{_ROCHFORD}/",
        height=900,
    ),
    Picture("ended", "An authority that ended.", f"authorities/{_CORBY}/", height=620),
    Picture("successor", "The authority that took over.", f"authorities/{_NORTH}/", height=620),
    Picture(
        "corrected",
        "Figures that were corrected: when, why, old and new.",
        f"authorities/{CORRECTED.lower()}/",
        height=620,
    ),
    Picture(
        "awaited",
        "An authority whose objection is not answered yet.",
        f"authorities/{AWAITED.lower()}/",
        height=480,
    ),
    Picture(
        "scrutiny",
        "A sheet for scrutiny committees, printed.",
        f"{_YEAR}/authorities/{_MANCHESTER}/scrutiny/",
        is_printed=True,
    ),
    Picture(
        "type",
        "All authorities of a type: between the dashed lines, chance can explain what differs.",
        f"{_YEAR}/compare/london/",
        height=1120,
    ),
    Picture(
        "type-table",
        "The same as a table, to be sorted by any column.",
        f"{_YEAR}/compare/district/",
        height=720,
        top="#table",
    ),
    Picture(
        "side-by-side",
        "Up to five authorities side by side; the address keeps them.",
        f"{_YEAR}/compare/?authorities={_LONDON}",
    ),
    Picture("review", "The national review.", f"{_YEAR}/review/", height=1150),
    Picture("method", "How the figures are calculated, with examples.", "method/"),
    Picture("data", "The data, and what each column means.", "data/"),
    Picture("updates", "What was published and corrected, when and why.", "updates/", height=720),
    Picture("accessibility", "The accessibility statement.", "accessibility/", height=800),
    Picture("not-found", "A wrong address.", NOT_FOUND, height=520),
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
            # This one names addresses of its server, and here is none.
            own = content.replace(b'="/', b'="') if path == NOT_FOUND else content
            file.write_bytes(own)
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
    file = path if path.endswith(".html") else f"{path}index.html"
    address = (site / file).as_uri()
    return f"{address}?{asked}" if asked else address


def _save(picture: Image.Image, path: Path) -> None:
    """Save a picture in its most frequent colours: pages are flat, and theirs are kept exactly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    counted = cast("_Counted", picture.getcolors(picture.width * picture.height))
    # Pillow looks colours up roughly: of those that are almost the same, the commonest stays.
    kept: dict[tuple[int, ...], tuple[int, int, int]] = {}
    for _, colour in sorted(counted, reverse=True):
        kept.setdefault(tuple(part >> 3 for part in colour), colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette(bytes(chain.from_iterable(list(kept.values())[:_COLOURS])))
    few = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
