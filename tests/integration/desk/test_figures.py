"""The room of figures: what is frozen and what is live, and every number led back to its cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from annual_review.desk.desk import Desk
from annual_review.domain.authorities import AuthorityType
from annual_review.domain.cases import CaseState, Decision, DecisionOutcome
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_decision,
    a_register,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.integration.desk.browsing import Person
from tests.integration.world import World, a_closed_year
from tests.unit.cli.commands import run
from tests.unit.cli.test_review_command import NORTH, rehearse, write_year

_NOTHING_NEW = 204
_CONFLICT = 409


def records(world: World, *states: CaseState) -> None:
    for state in states:
        world.cases.commit(CaseChange((CaseWrite(state, None),)))


def several(count: int, authority: str, upheld: int) -> list[Decision]:
    outcomes = [DecisionOutcome.UPHELD] * upheld + [DecisionOutcome.NOT_UPHELD] * (count - upheld)
    return [
        a_decision(each, f"{authority}-{number}", authority=authority)
        for number, each in enumerate(outcomes)
    ]


def order_of(page: str) -> list[str]:
    return re.findall(r'<tr id="of-(\w+)">', page)


@pytest.fixture
def command(ann: Person, tmp_path: Path) -> Callable[..., str]:
    """Call a command on the system of the desk, and return what it prints."""
    assert ann.desk.deployed
    return lambda *words: run(tmp_path, *words).stdout


@pytest.fixture
def an_open_year(world: World) -> World:
    county = an_authority(COUNTY, name="Surrey Council", type_=AuthorityType.COUNTY)
    register = a_register(ROCHFORD, OTHER_DISTRICT, county)
    world.knows(register, recipients(ROCHFORD, OTHER_DISTRICT, COUNTY))
    records(world, *several(8, ROCHFORD, 2), *several(2, OTHER_DISTRICT, 2))
    records(world, *several(6, COUNTY, 5))
    return world


def test_figures_of_an_open_year_are_live_and_grow(an_open_year: World, ann: Person) -> None:
    page = ann.open("/2020/figures").text
    assert "Live, not frozen" in page
    (renewed,) = re.findall(r'hx-get="([^"]+seen=\w+)" hx-trigger="every 5s"', page)
    renewed = renewed.replace("&amp;", "&")
    assert ann.open(renewed).status_code == _NOTHING_NEW

    records(an_open_year, an_upheld_decision("19-new"))

    assert "33% 3 of 9" in ann.read(renewed)


@pytest.mark.usefixtures("an_open_year")
def test_each_statistic_stands_with_its_counts_beside_that_of_its_type(ann: Person) -> None:
    words = ann.read(f"/2020/figures?text={ROCHFORD}")
    assert f"{ROCHFORD}, district 8 25% 2 of 8; similar: 40%" in words
    assert "1 of 3 authorities shown" in words
    assert "district 2 10 40% 4 of 10" in words, "the sum of the type"
    assert "all authorities 3 16 56% 9 of 16" in words


@pytest.mark.usefixtures("an_open_year")
def test_statistics_on_few_cases_are_marked_and_come_last(ann: Person) -> None:
    down = ann.open("/2020/figures?sort=uphold_rate&order=down")
    assert order_of(down.text) == [COUNTY, ROCHFORD, OTHER_DISTRICT]
    assert order_of(ann.open("/2020/figures?sort=uphold_rate").text) == [
        ROCHFORD,
        COUNTY,
        OTHER_DISTRICT,
    ]
    assert order_of(ann.open("/2020/figures?type=district&sort=decisions&order=down").text) == [
        ROCHFORD,
        OTHER_DISTRICT,
    ]
    assert "100% few cases 2 of 2" in ann.read(f"/2020/figures?text={OTHER_DISTRICT}")


def test_a_closed_year_shows_what_was_frozen_and_marks_what_has_changed(
    world: World, ann: Person
) -> None:
    a_closed_year(world, ROCHFORD, OTHER_DISTRICT)
    assert "Nothing has changed since" in ann.read("/2020/figures")

    records(world, a_decision(DecisionOutcome.NOT_UPHELD, "19-late"))

    words = ann.read("/2020/figures")
    assert "Frozen in revision 1" in words
    assert "100% few cases 1 of 1; similar: 100%" in words
    assert "1 of those shown has changed since" in words
    assert order_of(ann.open("/2020/figures?only=changed").text) == [ROCHFORD]
    assert "50% few cases 1 of 2; similar: 67%" in ann.read("/2020/figures?figures=live")


def test_the_table_is_that_of_the_command_and_the_frozen_one_that_of_the_bucket(
    world: World, ann: Person, command: Callable[..., str]
) -> None:
    a_closed_year(world, ROCHFORD, OTHER_DISTRICT)
    close = world.closes.latest(ann.desk.year)
    assert close
    frozen = ann.open("/2020/figures/figures.csv")
    assert frozen.content == world.documents.get(f"{close.folder}/figures.csv")
    live = ann.open(f"/2020/figures/figures.csv?figures=live&text={ROCHFORD}").text.splitlines()
    printed = command("figures", "2020", "--live", "--authority", ROCHFORD, "--csv").splitlines()
    assert live[0] == printed[0]
    without_time = [line.rsplit(",", 1)[0] for line in (live[1], printed[1])]
    assert without_time[0] == without_time[1]


def test_decisions_by_month_are_read_once_until_the_tally_moves(
    an_open_year: World, ann: Person
) -> None:
    def waits() -> list[str]:
        page = ann.open(f"/2020/figures?text={ROCHFORD}").text
        return [
            each.replace("&amp;", "&") for each in re.findall(r'hx-get="([^"]+months[^"]+)"', page)
        ]

    (address,) = waits()
    assert "November 8" in ann.open(address).text
    assert not waits(), "they stand in the page from now on"

    records(an_open_year, an_upheld_decision("19-new", decided_on=date(2020, 3, 31)))

    (address,) = waits()
    assert "November 8, December 0, January 0, February 0, March 1" in ann.open(address).text


@pytest.mark.usefixtures("an_open_year")
def test_an_authority_is_found_by_a_part_of_its_name(ann: Person) -> None:
    assert ann.open("/2020/authorities?text=surrey").url.path.endswith(COUNTY)
    several = ann.open("/2020/authorities?text=council")
    assert several.status_code == _CONFLICT
    assert "may be any of 3 authorities" in several.text


def test_a_number_leads_to_its_cases_and_a_comparison_to_its_authorities(
    world: World, ann: Person, command: Callable[..., str]
) -> None:
    a_closed_year(world, ROCHFORD, OTHER_DISTRICT)
    records(world, an_upheld_decision("19-late"))
    page = ann.open(f"/2020/authorities/{ROCHFORD}").text
    assert f'href="/2020/authorities/{ROCHFORD}/cases?number=upheld&amp;figures=frozen"' in page

    words = ann.read(f"/2020/authorities/{ROCHFORD}/cases?number=upheld")
    assert "as frozen in revision 1: 1" in words
    assert "19-0 DECISION" in words
    assert "Since the freeze (1): " in words
    table = ann.open(f"/2020/authorities/{ROCHFORD}/cases.csv?number=upheld&figures=live").text
    explained = command("explain", "2020", ROCHFORD, "upheld", "--live", "--csv")
    assert table == explained
    assert "19-late" in table

    pool = ann.read("/2020/figures/comparison?type=district&rate=uphold_rate&figures=live")
    assert "uphold_rate of district authorities in 2020, today: 3 of 3 = 100%" in pool


def test_a_rehearsal_shows_its_figures_and_their_cases_without_any_aws(tmp_path: Path) -> None:
    write_year(tmp_path, [NORTH, NORTH])
    rehearse(tmp_path)
    person = Person(Desk("Ann", YEAR, rehearsal=tmp_path / "out/2020"))

    page = person.open("/2020/figures").text
    assert "Northbridge &amp; &lt;b&gt;Co&lt;/b&gt;" in page
    assert "every 5s" not in page
    assert "Frozen in revision 1" in page
    assert "November 2" in person.open(f"/2020/figures/months/{NORTH}?figures=frozen").text
    words = person.read(f"/2020/authorities/{NORTH}")
    assert "Uphold rate 100% few cases 2 of 2 100% 2 of 2" in words
    assert "office@x.example" in words
    opened = person.open(f"/2020/authorities/{NORTH}").text
    (page_of_letter, _) = re.findall(r'src="([^"]+/thumbnail/[^"]+)"', opened)
    assert person.open(page_of_letter.replace("&amp;", "&")).is_success
    assert "19-1 DECISION" in person.read(f"/2020/authorities/{NORTH}/cases?number=upheld")
    pool = person.read("/2020/figures/comparison?type=district&rate=uphold-rate")
    assert f"{NORTH} Northbridge & <b>Co</b> 2 2" in pool
    table = person.open("/2020/figures/figures.csv").content
    assert table == (tmp_path / "out/2020/figures.csv").read_bytes()

    frozen = tmp_path / "out/2020/figures.json"
    frozen.write_text(frozen.read_text(encoding="utf-8").replace("Southwell", "Norwell"))
    assert "it was changed since it was frozen" in person.read("/2020/figures")
