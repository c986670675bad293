from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.map_cells import cells_of, neighbours, places
from annual_review.rendering.site.pages import Site
from annual_review.services.figures.frozen_authority import Reissue
from infrastructure.local.project import ROOT
from tests.builders import COUNTY, ROCHFORD, a_tally, an_authority
from tests.unit.rendering.site.years import SUCCESSOR, a_public_year

_VOID = {"meta", "link", "input", "br", "img"}
ISLANDS = (AuthorityCode("E06000046"), AuthorityCode("E06000053"))
AROUND = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
_OWN_PAGE = f"2020/authorities/{ROCHFORD.lower()}/index.html"


class Page(HTMLParser):
    """What a page holds that could break it."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.headings: list[int] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(content.decode())
        self.faults += [f"<{tag}> stays open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [given[name] or "" for name in ("href", "src") if name in given]
        self.ids += [given["id"] or ""] if "id" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "style" or (tag == "script" and "src" not in given):
            self.faults.append(f"inline <{tag}>")
        self.faults += [f"{name} on <{tag}>" for name in given if name.startswith(("style", "on"))]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes another")

    def handle_data(self, data: str) -> None:
        self.text += data


@cache
def built() -> Mapping[str, bytes]:
    years = (a_public_year(ReportingYear(2021)), a_public_year())
    return dict(files_of(Site(years, base="https://reviews.example")))


@cache
def pages() -> Mapping[str, Page]:
    return {
        path: Page(content)
        for path, content in built().items()
        if path.endswith(".html") and "/letters/" not in path
    }


def words_of(path: str) -> str:
    return " ".join(pages()[path].text.split())


def test_every_page_is_well_formed_and_has_neither_inline_script_nor_style() -> None:
    assert len(pages()) > 30
    assert {path: page.faults for path, page in pages().items() if page.faults} == {}


def test_every_page_has_one_main_heading_leaves_no_level_out_and_names_nothing_twice() -> None:
    for path, page in pages().items():
        assert page.headings[0] == 1, path
        assert page.headings.count(1) == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), path
        assert len(page.ids) == len(set(page.ids)), path


def test_every_link_leads_to_a_file_of_the_site_and_to_a_part_that_is_there() -> None:
    broken = []
    for path, page in pages().items():
        for link in page.links:
            to = urlsplit(link)
            if to.scheme:
                continue
            target = normpath(join(dirname(path), to.path)).lstrip("/") if to.path else path
            if target not in built() or (to.fragment and to.fragment not in pages()[target].ids):
                broken.append((path, link))

    assert broken == []


def test_the_page_for_a_wrong_address_leads_on_from_any_address() -> None:
    assert all(link.startswith(("/", "#", "https:")) for link in pages()["404.html"].links)


def test_the_same_years_give_the_same_bytes() -> None:
    again = files_of(
        Site((a_public_year(ReportingYear(2021)), a_public_year()), "https://reviews.example")
    )

    assert dict(again) == built()


def test_one_case_is_printed_as_a_count_with_what_chance_can_do_and_no_verdict() -> None:
    text = words_of(_OWN_PAGE)

    assert "1 of 1 100% of the complaints we investigated were upheld. Fewer than five" in text
    assert "With 1 of 1 upheld, chance alone could explain anything from 21% to 100%." in text
    assert "1 came late, which counts as carried out." in text
    assert "Differs" not in text


def test_a_percentage_is_100_only_where_it_is_exactly_true() -> None:
    text = words_of("2020/authorities/e10000012/index.html")

    assert "more than 99% of the complaints we investigated were upheld: 249 of 250." in text


def test_few_cases_are_put_together_over_the_years() -> None:
    text = words_of(f"authorities/{ROCHFORD.lower()}/index.html")

    assert "The last 2 years together: 100% (2 of 2)." in text


def test_years_are_put_together_only_where_none_lies_between() -> None:
    apart = Site((a_public_year(ReportingYear(2022)), a_public_year()))

    assert (
        b"years together" not in dict(files_of(apart))[f"authorities/{ROCHFORD.lower()}/index.html"]
    )


def test_a_number_is_cited_with_the_address_of_its_year() -> None:
    cited = f"published 29 July 2020, https://reviews.example/2020/authorities/{ROCHFORD.lower()}/."

    assert cited in words_of(f"2020/authorities/{ROCHFORD.lower()}/index.html")


def test_a_table_says_nothing_of_cases_that_are_not_there() -> None:
    assert not [path for path in pages() if "0 of 0" in words_of(path)]


def test_the_map_lists_apart_who_had_ended_before_the_year() -> None:
    of_2020, of_2021 = (words_of(f"{year}/map/index.html") for year in (2020, 2021))

    assert "Ended before this year" not in of_2020
    assert "Ended before this year Tendring District Council" in of_2021


def test_an_authority_that_ended_points_to_its_successor_and_back() -> None:
    ended, successor = "authorities/e07000076/index.html", "authorities/e06000060/index.html"

    assert "This authority ended on 31 March 2020." in words_of(ended)
    assert "../../authorities/e06000060/index.html" in pages()[ended].links
    assert "../../authorities/e07000076/index.html" in pages()[successor].links


def test_what_was_agreed_is_listed_with_its_case_and_its_report() -> None:
    path = "2020/authorities/e10000012/index.html"

    assert "=Train staffReview <leaflets>" in words_of(path)
    reports = [link for link in pages()[path].links if link.startswith("https://reports.example/")]
    assert len(reports) == 249
    assert {link.replace("reports", "decisions") for link in reports} <= set(pages()[path].links)


def test_a_correction_says_why_and_what_it_changed() -> None:
    reissue = Reissue(
        date(2020, 9, 1), "A case was <twice> there.", None, date(2020, 7, 22), a_tally(upheld=2)
    )
    files = dict(files_of(Site((a_public_year(reissue=reissue),), "https://reviews.example")))
    own = " ".join(Page(files[_OWN_PAGE]).text.split())
    updates = Page(files["updates/index.html"])

    assert "Corrected on 1 September 2020. A case was <twice> there." in own
    assert "Complaints upheld: now 1 of 1 (100%), before 2 of 2 (100%)" in own
    assert " ".join(updates.text.split()).index("1 September") < updates.text.index("29 July")
    assert f"../{_OWN_PAGE}" in updates.links
    assert b"2020-09-01T00:00:00Z</updated>\n<author>" in files["feed.xml"]


def test_peers_of_a_file_take_the_place_of_those_of_a_similar_size() -> None:
    peers = {AuthorityCode(ROCHFORD): [AuthorityCode(COUNTY)]}
    files = dict(files_of(Site((a_public_year(),), peers=peers)))
    text = " ".join(Page(files[_OWN_PAGE]).text.split())

    assert "Its peers, nearest first" in text
    assert "Essex County Council249 of 250" in text


def test_a_letter_that_may_not_be_shown_has_no_link_and_no_file() -> None:
    files = dict(files_of(Site((a_public_year(letters=False),))))

    assert not [path for path in files if "/letters/" in path]
    assert b"Annual Review letter 2020 is not published yet" in files[_OWN_PAGE]


def test_the_map_colours_no_share_of_fewer_than_five_cases() -> None:
    html = built()["2020/map/index.html"].decode()
    cell = re.search(rf"<a [^>]*{ROCHFORD.lower()}[^>]*data-q.*?</a>", html)

    assert cell is not None
    assert 'class="few"' in cell[0]
    assert ">1 of 1</text>" in cell[0]


def test_beside_the_map_few_cases_are_counts_as_they_are_on_it() -> None:
    assert "Essex County Council: 4 of 4" in words_of("2020/map/compliance/index.html")


def test_on_the_map_everyone_has_a_cell_of_their_own_and_islands_stand_apart() -> None:
    at = {(place.q, place.r): code for code, place in places().items()}

    assert len(at) == len(places()) == 317
    for island in ISLANDS:
        place = places()[island]
        assert not [at for q, r in AROUND if (place.q + q, place.r + r) in at]


def test_on_the_map_a_successor_has_the_cells_of_all_that_it_took_over_from() -> None:
    in_2021 = cells_of([an_authority(SUCCESSOR), an_authority("E07000008")])
    in_2020 = cells_of([an_authority(SUCCESSOR), an_authority("E07000004")])

    assert len(in_2021[AuthorityCode(SUCCESSOR)]) == 4
    assert len(in_2020[AuthorityCode(SUCCESSOR)]) == 3
    assert neighbours(AuthorityCode("E07000004"), in_2020) == [SUCCESSOR]


def test_on_the_map_every_region_and_every_county_is_whole() -> None:
    with (ROOT / "infrastructure/register/authorities-2020.csv").open() as lines:
        regions = {row["code"]: row["region"] for row in csv.DictReader(lines)}
    groups: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for code, place in places().items():
        if code not in ISLANDS:
            groups[regions[code]].add((place.q, place.r))
            groups[place.county].add((place.q, place.r))
    del groups[""]

    assert len(groups) == 9 + 26
    for name, cells in groups.items():
        reached = [min(cells)]
        for q, r in reached:
            near = {(q + across, r + down) for across, down in AROUND} & cells
            reached += sorted(near.difference(reached))
        assert len(reached) == len(cells), name


def test_a_district_lies_in_the_county_that_the_register_names() -> None:
    with (ROOT / "infrastructure/register/districts-counties-2020.csv").open() as lines:
        named = {row["district"]: row["county"] for row in csv.DictReader(lines)}

    assert {code: place.county for code, place in places().items() if place.county} == named


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_on_coloured_cells_can_be_read(scheme: str) -> None:
    style = next(each for path, each in built().items() if path.endswith(".css")).decode()
    # The palette of every page, then what the site adds: each for light, and for dark.
    schemes = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme == "dark" :: 2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", "".join(schemes)))
    pairs = [(f"t{each}", f"c{each}") for each in range(1, 6)]
    pairs += [("few-ink", "few"), ("few-ink", "few-line"), ("ink", "none"), ("quiet", "sheet")]
    pairs += [
        ("ink", "ground"),
        ("accent", "sheet"),
        ("warning", "notice"),
        ("on-accent", "accent-ground"),
    ]

    for ink, ground in pairs:
        lighter, darker = sorted(map(_luminance, (colours[ink], colours[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, ground)
