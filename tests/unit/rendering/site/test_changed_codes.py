"""An authority whose code has changed has one page on the site, and its addresses stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from posixpath import join, normpath

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.map_cells import places
from annual_review.rendering.site.pages import Site
from annual_review.services.publication.public_year import PublicYear
from tests.builders import COUNTY, ROCHFORD, YEAR
from tests.unit.rendering.site.test_site import Page
from tests.unit.rendering.site.years import AUTHORITIES, a_public_year

NOW = AuthorityCode("E07000999")
OLD_PAGE, PAGE = f"authorities/{ROCHFORD.lower()}", f"authorities/{NOW.lower()}"
CHANGED = (
    replace(AUTHORITIES[0], code=NOW, former_codes=(ROCHFORD,)),
    *AUTHORITIES[1:],
)
NEXT_YEAR = ReportingYear(2021)


@cache
def built() -> Mapping[str, bytes]:
    """Rochford has another code since the year 2021."""
    years = (a_public_year(NEXT_YEAR, authorities=CHANGED), a_public_year())
    files = list(files_of(Site(years)))
    assert len(files) == len(dict(files))
    return dict(files)


def page(folder: str) -> Page:
    return Page(built()[f"{folder}/index.html"])


def targets(folder: str, page: Page) -> list[str]:
    return [normpath(join(folder, link)) for link in page.links]


def test_its_page_has_the_years_under_all_codes() -> None:
    found = page(PAGE)

    assert f"{YEAR}/{PAGE}/index.html" in targets(PAGE, found)
    assert "Over the years" in found.text


def test_where_it_had_a_page_a_notice_leads_to_the_same_page() -> None:
    for before, leads_to in (
        (OLD_PAGE, PAGE),
        (f"{YEAR}/{OLD_PAGE}", f"{YEAR}/{PAGE}"),
        (f"{YEAR}/{OLD_PAGE}/scrutiny", f"{YEAR}/{PAGE}/scrutiny"),
    ):
        found = page(before)
        assert f"{ROCHFORD} was its code before, {NOW} is its code now" in found.text
        assert "Rochford & <District> has another code now" in found.text
        assert f"{leads_to}/index.html" in targets(before, found)
        assert not found.faults


def test_the_home_page_lists_it_once_under_its_present_code() -> None:
    links = Page(built()["index.html"]).links

    assert f"{PAGE}/index.html" in links
    assert f"{OLD_PAGE}/index.html" not in links


@pytest.mark.parametrize("year", [YEAR, NEXT_YEAR])
def test_it_keeps_its_cell_on_the_map(year: ReportingYear) -> None:
    the_map = built()[f"{year}/map/index.html"].decode()
    place = places()[ROCHFORD]

    assert re.search(
        f'authorities/{NOW.lower()}/[^>]*data-q="{place.q}" data-r="{place.r}"', the_map
    )


def test_its_letter_can_be_had_at_both_addresses() -> None:
    letters = f"{YEAR}/letters"

    assert built()[f"{letters}/{ROCHFORD}.pdf"] == built()[f"{letters}/{NOW}.pdf"]


def test_data_of_a_revision_keep_the_code_under_which_it_was_frozen() -> None:
    alone = dict(files_of(Site((a_public_year(),))))
    data = [path for path in alone if path.startswith(f"data/{YEAR}/")]

    assert data
    assert {path: built()[path] for path in data} == {path: alone[path] for path in data}


def test_of_two_that_were_frozen_apart_both_keep_their_pages() -> None:
    both = a_public_year(authorities=(*AUTHORITIES, replace(AUTHORITIES[0], code=NOW)))
    files = dict(files_of(Site((a_public_year(NEXT_YEAR, authorities=CHANGED), both))))

    own = files[f"{YEAR}/{OLD_PAGE}/index.html"].decode()
    assert "The three statistics" in own


def test_peers_are_its_own_under_every_code() -> None:
    peers = {AuthorityCode(ROCHFORD): [AuthorityCode(COUNTY)]}
    years = (a_public_year(NEXT_YEAR, authorities=CHANGED), a_public_year())
    files = dict(files_of(Site(years, peers=peers)))

    assert "Its peers, nearest first" in Page(files[f"{PAGE}/index.html"]).text
    assert f"{ROCHFORD},{COUNTY},1" in files["data/peers.csv"].decode()


def awaited_in(year: PublicYear, code: AuthorityCode) -> PublicYear:
    """Leave out the figures of an authority, whose challenge is open."""
    others = tuple(each for each in year.authorities if each.authority.code != code)
    return replace(year, authorities=others, awaited=(year.by_code[code].authority,))


def test_who_is_awaited_under_a_former_code_is_awaited_under_the_present_one() -> None:
    years = (
        a_public_year(NEXT_YEAR, authorities=CHANGED),
        awaited_in(a_public_year(), AuthorityCode(ROCHFORD)),
    )
    files = dict(files_of(Site(years)))

    assert "letter 2020 follows" in Page(files[f"{YEAR}/{PAGE}/index.html"]).text
    leads_on = Page(files[f"{YEAR}/{OLD_PAGE}/index.html"])
    assert f"{ROCHFORD} was its code before" in leads_on.text
    assert f"{YEAR}/{OLD_PAGE}/scrutiny/index.html" not in files
    links = Page(files["index.html"]).links
    assert f"{PAGE}/index.html" in links
    assert f"{OLD_PAGE}/index.html" not in links


def test_who_is_awaited_since_the_code_changed_keeps_the_earlier_years() -> None:
    years = (awaited_in(a_public_year(NEXT_YEAR, authorities=CHANGED), NOW), a_public_year())
    files = dict(files_of(Site(years)))

    own = Page(files[f"{PAGE}/index.html"])
    assert "letter 2021 follows" in own.text
    assert f"{YEAR}/{PAGE}/index.html" in targets(PAGE, own)
    assert "was its code before" in Page(files[f"{OLD_PAGE}/index.html"]).text
