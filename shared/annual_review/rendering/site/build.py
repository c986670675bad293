"""The whole site, file by file: the same years give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annual_review.domain.statistics import StatisticName
from annual_review.rendering.site import addresses
from annual_review.rendering.site.authority_page import authority_pages
from annual_review.rendering.site.changed_codes import former_code_pages, with_present_codes
from annual_review.rendering.site.compare_page import comparison_pages
from annual_review.rendering.site.data.files import data_files
from annual_review.rendering.site.data.tables import tables_of
from annual_review.rendering.site.map_page import map_pages, small_map
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.review_page import review_pages
from annual_review.rendering.site.statistic_words import readings
from annual_review.services.publication.peer_groups import peers_file


def files_of(site: Site) -> Iterator[tuple[str, bytes]]:
    """Give every file of the site with the path it lies at."""
    listed: list[str] = []
    shown = with_present_codes(site)
    for path, content in _pages(shown):
        if path.endswith(".html"):
            listed.append(path)
        yield path, content
    yield addresses.NOT_FOUND, site.page(addresses.NOT_FOUND, "not_found")
    yield from former_code_pages(site, shown)
    yield from site.assets.items()
    yield from data_files(site.years)
    if site.peers:
        yield addresses.PEERS, peers_file(site.peers)
    yield from {**_letters(site), **_letters(shown)}.items()
    # A sitemap and a feed hold whole addresses, so that there is none without a base.
    if site.base:
        yield "sitemap.xml", site.page("sitemap.xml", "sitemap", listed=sorted(listed))
        yield "feed.xml", site.page("feed.xml", "feed")


def _pages(site: Site) -> Iterator[tuple[str, bytes]]:
    yield (
        addresses.HOME,
        site.page(addresses.HOME, "home", names=_names(site), map=small_map(site.latest)),
    )
    yield from authority_pages(site)
    yield from review_pages(site)
    for year in site.years:
        yield from comparison_pages(site, year)
        yield from map_pages(site, year)
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
        yield path, site.page(path, template, national=examples, tables=tables_of([]))


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
