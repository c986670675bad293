from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from annual_review.rendering.site import addresses
from tests.browser import sites

_FIRST_VIEW: Final = 60_000
_NAMED: Final = re.compile(rb"<loc>(.*?)</loc>|href=\"(.*?)\"|url\(\"(.*?)\"\)")


class Parts(HTMLParser):
    """The addresses that a page names, what it loads at once, and the parts that can be named."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.named: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        to = given.get("href", given.get("src", ""))
        self.named += [to] if to else []
        if tag in {"script", "img"} or given.get("rel") in {"stylesheet", "icon", "preload"}:
            self.loaded += [to] if to else []


@cache
def parts(file: Path) -> Parts:
    return Parts(file.read_bytes())


def file_at(folder: Path, address: str) -> Path:
    path = unquote(urlsplit(address).path).lstrip("/")
    return folder / (f"{path}index.html" if path.endswith("/") or not path else path)


def named_in(file: Path) -> Iterator[str]:
    if file.suffix == ".html":
        yield from parts(file).named
    elif file.suffix in {".css", ".xml"}:
        for found in _NAMED.findall(file.read_bytes()):
            yield b"".join(found).decode()


def test_every_address_that_the_site_names_is_answered_and_its_part_is_there(folder: Path) -> None:
    broken, seen = [], 0
    for file in (each for each in folder.rglob("*") if each.is_file()):
        own = sites.BASE + addresses.public(file.relative_to(folder).as_posix())
        for each in named_in(file):
            address, part = urldefrag(urljoin(own, each))
            if not address.startswith(f"{sites.BASE}/"):
                assert urlsplit(address).scheme in {"https", "mailto"}, (own, each)
                continue
            seen += 1
            target = file_at(folder, address)
            if not target.is_file() or (part and part not in parts(target).ids):
                broken.append((own, each))

    assert broken == []
    assert seen > 2000


def test_the_first_view_of_any_page_weighs_less_than_60_kb(folder: Path, crowded: Path) -> None:
    assert (crowded / addresses.HOME).is_file()
    heavy = {
        file.relative_to(within).as_posix(): weight
        for within in (folder, crowded)
        for file in within.rglob("*.html")
        if (weight := first_view(within, file)) >= _FIRST_VIEW
    }

    assert heavy == {}


def first_view(folder: Path, page: Path) -> int:
    """What is sent for a page and for all that it loads at once, its typeface too."""
    own = f"{sites.BASE}/{page.relative_to(folder).as_posix()}"
    at_once = {file_at(folder, urljoin(own, each)) for each in parts(page).loaded}
    return sum(map(sent, {page, *at_once}))


@cache
def sent(file: Path) -> int:
    content = file.read_bytes()
    fonts = (file.parent / each for each in named_in(file)) if file.suffix == ".css" else ()
    # Fonts are compressed already.
    own = len(content) if file.suffix == ".woff2" else len(gzip.compress(content, 6))
    return own + sum(map(sent, fonts))
