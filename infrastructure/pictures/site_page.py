"""The page that shows the pictures of the site: `docs/site.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from infrastructure.pictures.site import PICTURES

_INTRODUCTION: Final = """# What the public site looks like

Each kind of page, drawn by `make pictures` from three sample years, whose figures are invented.
The [README](../README.md) says how to build and open the site. [The letters](letters.md) have a
page of their own.

What is promised of every page, and tested in a browser: nothing that axe finds, in light and dark,
on a wide window and on a phone; valid HTML; every address answered; the first view under 60 KB,
typeface and all; whole without scripts, with a keyboard, from disk and on paper.
"""


def site_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    for picture in PICTURES:
        title = picture.name.replace("-", " ")
        yield from (f"## {title[:1].upper()}{title[1:]}", "", picture.shows, "")
        yield from (f"![{picture.shows.partition('.')[0]}](site/{picture.name}.png)", "")
