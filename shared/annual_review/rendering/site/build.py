"""The whole site, file by file: the same years give the same bytes.

It is made in parts that know nothing of each other, so that several processes can share the work.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Final, TypeAlias

from annual_review.domain.publication.manifest import NOT_FINAL
from annual_review.domain.statistics import StatisticName
from annual_review.rendering.site import addresses
from annual_review.rendering.site.authority_page import authority_pages
from annual_review.rendering.site.changed_codes import former_code_pages, with_present_codes
from annual_review.rendering.site.compare_page import comparison_pages
from annual_review.rendering.site.data.files import (
    data_of_all_years,
    data_of_authorities,
    data_of_year,
)
from annual_review.rendering.site.data.tables import tables_of
from annual_review.rendering.site.map_page import map_pages, small_map
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.review_page import review_pages
from annual_review.rendering.site.statistic_words import not_final, readings
from annual_review.services.at_once import Spread, one_by_one
from annual_review.services.progress import Progress, no_progress
from annual_review.services.publication.peer_groups import peers_file
from annual_review.services.publication.public_year import PublicLetter, PublicYear

File: TypeAlias = tuple[str, bytes]
"""Where it lies, and what is in it."""

_A_LETTER: Final = PublicLetter(b"", b"")


@dataclass(frozen=True)
class _Making:
    """A site as its years were frozen: data files keep their codes, pages have present ones."""

    frozen: Site

    @cached_property
    def shown(self) -> Site:
        return with_present_codes(self.frozen)


_Part: TypeAlias = Callable[[_Making], Iterable[File]]


def files_of(
    site: Site, spread: Spread = one_by_one, progress: Progress = no_progress
) -> Iterator[File]:
    """Give every file of the site with the path it lies at.

    Where `spread` has its parts made by processes, they are sent the site without the letters, by
    far the most of it. `progress` is told how many of the parts are there.
    """
    making, parts = _Making(site), _parts(site.years)
    shown = making.shown
    if spread is one_by_one:
        make = partial(_made, making)
    else:
        make = partial(_made_elsewhere, pickle.dumps(_without_letters(site)))
    made: Iterator[Sequence[File]] = spread(make, parts)
    # While others are at work.
    yield addresses.NOT_FOUND, shown.page(addresses.NOT_FOUND, "not_found")
    yield from former_code_pages(site, shown)
    if site.counted_at:
        yield NOT_FINAL, f"{not_final(site.counted_at)}\n".encode()
    yield from site.assets.items()
    if site.peers:
        yield addresses.PEERS, peers_file(site.peers)
    yield from {**_letters(site), **_letters(shown)}.items()
    pages: list[str] = []
    for done, files in enumerate(made, 1):
        for path, content in files:
            if path.endswith(".html"):
                pages.append(path)
            yield path, content
        progress(done, len(parts))
    # A sitemap and a feed hold whole addresses, so that there is none without a base.
    if site.base:
        yield "sitemap.xml", shown.page("sitemap.xml", "sitemap", listed=sorted(pages))
        yield "feed.xml", shown.page("feed.xml", "feed")


def _parts(years: Sequence[PublicYear]) -> Sequence[_Part]:
    """Return what makes the parts of a site, those first that take longest."""
    numbers = range(len(years))
    return [
        *([_data_of_all] if len(years) > 1 else []),
        *(partial(_authorities, number) for number in numbers),
        *(partial(_data, number) for number in numbers),
        *(partial(_others_of_year, number) for number in numbers),
        _data_of_authorities,
        _others,
    ]


def _made(making: _Making, part: _Part) -> Sequence[File]:
    return list(part(making))


def _made_elsewhere(pickled: bytes, part: _Part) -> Sequence[File]:
    return _made(_unpickled(pickled), part)


@lru_cache(maxsize=1)
def _unpickled(pickled: bytes) -> _Making:
    # What this very function's caller has sent.
    making = _Making(pickle.loads(pickled))  # noqa: S301
    # It stays as long as the process: the collector need not go through all of it time and again.
    gc.freeze()
    return making


def _without_letters(site: Site) -> Site:
    """Return the site with no more of its letters than that they are there."""
    return replace(
        site,
        years=tuple(
            replace(
                year,
                authorities=tuple(
                    replace(each, letter=each.letter and _A_LETTER) for each in year.authorities
                ),
            )
            for year in site.years
        ),
    )


def _data_of_all(making: _Making) -> Iterator[File]:
    return data_of_all_years(making.frozen.years)


def _data(number: int, making: _Making) -> Iterator[File]:
    return data_of_year(making.frozen.years[number])


def _data_of_authorities(making: _Making) -> Iterator[File]:
    return data_of_authorities(making.shown.years)


def _authorities(number: int, making: _Making) -> Iterator[File]:
    return authority_pages(making.shown, making.shown.years[number])


def _others_of_year(number: int, making: _Making) -> Iterator[File]:
    site = making.shown
    year = site.years[number]
    yield from review_pages(site, year)
    yield from comparison_pages(site, year)
    yield from map_pages(site, year)


def _others(making: _Making) -> Iterator[File]:
    site = making.shown
    home = site.page(addresses.HOME, "home", names=_names(site), map=small_map(site.latest))
    yield addresses.HOME, home
    examples = readings(
        {name: name.of(site.latest.national) for name in StatisticName},
        {},
    )
    for path, template in (
        (addresses.METHOD, "method"),
        (addresses.DATA, "about_data"),
        (addresses.UPDATES, "updates"),
        (addresses.ACCESSIBILITY, "accessibility"),
    ):
        tables = tables_of([], tells_final=site.counted_at is not None)
        yield path, site.page(path, template, national=examples, tables=tables)


def _letters(site: Site) -> Mapping[str, bytes]:
    return {
        addresses.letter(year.year, each.authority.code, kind): content
        for year in site.years
        for each in year.authorities
        if each.letter
        for kind, content in (("pdf", each.letter.pdf), ("html", each.letter.html))
    }


def _names(site: Site) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every authority of any year by the first letter of its name: name, page, type."""
    known = {
        each.code: each
        for year in reversed(site.years)
        for each in (*(public.authority for public in year.authorities), *year.awaited)
    }
    by_letter: dict[str, list[tuple[str, str, str]]] = {}
    for each in sorted(known.values(), key=lambda each: (sort_name(each.name), each.code)):
        entry = (each.name, addresses.authority(each.code), each.type.value)
        by_letter.setdefault(sort_name(each.name)[:1].upper(), []).append(entry)
    return sorted(by_letter.items())


def sort_name(name: str) -> str:
    """Return what people look for a council under: `Brent` for London Borough of Brent."""
    for before in (
        "London Borough of ",
        "Royal Borough of ",
        "City and County of the ",
        "Borough Council of ",
        "Council of the ",
        "City of ",
        "Council of ",
    ):
        name = name.removeprefix(before)
    return name
