"""`make pictures`: draws letters, pages of the site and the desk into `docs/`.

Needs `pdftoppm` (poppler-utils) and Chromium.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Final

from PIL import Image

from annual_review.rendering.checks.variants import Variant, variants_of
from annual_review.rendering.editions.edition import Edition, edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import RenderedLetter
from infrastructure.pictures.browser import BrowserMissingError
from infrastructure.pictures.desk import draw_desk
from infrastructure.pictures.mail import LOOKS, picture_of
from infrastructure.pictures.page import GREY, letters_page, names_of_figures
from infrastructure.pictures.paper import pages_of, save, side_by_side
from infrastructure.pictures.site import draw_site
from infrastructure.pictures.site_page import site_page

_DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
_OFFICE: Final = "annual.review@ombudsman.example"
_FOR_THE_PAGE: Final = 60
_FOR_THE_README: Final = 82
_PAGES_OF_TEXT: Final = 2
_LONGEST: Final = "longest"
_ORDINARY: Final = "ordinary"
_SMALL: Final = "four-cases"


def main() -> int:
    """Draw the pictures and write the pages."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("--only", choices=list(_DRAWN), help="draw one of the three")
    only = parser.parse_args().only
    try:
        for name, draw in _DRAWN.items():
            if only in {None, name}:
                draw()
    except FileNotFoundError as error:
        print(f"{error.filename} is not installed; see the pictures' run.py", file=sys.stderr)  # noqa: T201
        return 1
    except BrowserMissingError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _draw_letters() -> None:
    years = edition_years(SHIPPED_EDITIONS)
    editions = [load_edition(SHIPPED_EDITIONS, year) for year in years]
    rmtree(_DOCS / "letters", ignore_errors=True)
    for edition in editions:
        _draw(edition, is_latest=edition is editions[-1])
    (_DOCS / "letters.md").write_text(letters_page(editions), encoding="utf-8")


def _draw_site() -> None:
    draw_site(_DOCS / "site")
    (_DOCS / "site.md").write_text(site_page(), encoding="utf-8")


def _draw(edition: Edition, *, is_latest: bool) -> None:
    renderer = EditionRenderer(edition, _OFFICE)
    folder = _DOCS / "letters" / str(edition.year)
    for variant in variants_of(edition):
        if is_latest or variant.name in names_of_figures(edition):
            letter = _as_sample(renderer, variant)
            pages = pages_of(letter.pdf, dots_per_inch=_FOR_THE_PAGE)
            shown = pages if is_latest else pages[_PAGES_OF_TEXT:]
            save(side_by_side(shown), folder / f"{variant.name}.png")
            if is_latest:
                _draw_once(variant.name, letter, pages)


def _draw_once(name: str, letter: RenderedLetter, pages: Sequence[Image.Image]) -> None:
    """Draw what one variant alone is shown as."""
    if name == _ORDINARY:
        first, *_, statistics = pages_of(letter.pdf, dots_per_inch=_FOR_THE_README)
        save(side_by_side([first, statistics]), _DOCS / "letter.png")
    if name == _SMALL:
        grey = pages[-1].convert("L").convert("RGB")
        save(side_by_side([grey]), _DOCS / "letters" / f"{GREY}.png")
    if name == _LONGEST:
        for look in LOOKS:
            save(picture_of(letter.html, look), _DOCS / "letters" / f"{look.name}.png")


def _as_sample(renderer: EditionRenderer, variant: Variant) -> RenderedLetter:
    return renderer.render(replace(variant.facts, is_sample=True))


def _draw_desk() -> None:
    draw_desk(_DOCS / "desk")


_DRAWN: Final = {"letters": _draw_letters, "site": _draw_site, "desk": _draw_desk}


if __name__ == "__main__":
    sys.exit(main())
