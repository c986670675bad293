"""`annual-review site --live`: the pages of a year that goes on, for the data team alone."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.publication.manifest import NOT_FINAL
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_decision,
    a_withdrawal,
    an_upheld_decision,
)
from tests.integration.dynamodb.test_repair_table import record
from tests.integration.operators import Operators
from tests.integration.publishing import history, publish_ready
from tests.integration.world import World

IN_2021 = date(2020, 6, 1)
PAGE = f"2021/authorities/{ROCHFORD.lower()}/index.html"


@pytest.fixture
def desk(world: World, operators: Operators) -> Operators:
    """Two districts have decisions in 2021; nothing of it is closed."""
    publish_ready(world)
    record(world, an_upheld_decision("21-1", decided_on=IN_2021))
    record(world, a_compliance_outcome("21-1", recorded_on=IN_2021))
    not_upheld = DecisionOutcome.NOT_UPHELD
    record(world, a_decision(not_upheld, "21-2", authority=OTHER_DISTRICT, decided_on=IN_2021))
    record(world, an_upheld_decision("21-3", decided_on=IN_2021))
    record(world, a_withdrawal("21-3"))
    return operators


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def published_2020(desk: Operators) -> None:
    assert desk.run("publish", "2020", "--stage", "--by", "Ann").returncode == 0
    name = history(desk.world).get().steps[-1].publication
    assert desk.run("publish", "2020", "--approve", name, "--by", "Ben").returncode == 0
    assert desk.run("publish", "2020", "--by", "Ben").returncode == 0


def test_every_page_says_that_it_is_not_final_and_holds_what_is_counted_by_now(
    desk: Operators,
) -> None:
    result = desk.run("site", "--live", "--year", "2021", "--out", "site")

    assert result.returncode == 0, result.words
    site = desk.folder / "site"
    pages = {str(path.relative_to(site)): path.read_text("utf-8") for path in site.rglob("*.html")}
    assert len(pages) > 20
    for path, page in pages.items():
        assert "<title>Not final: " in page, path
        assert '<meta name="robots" content="noindex">' in page, path
        assert "Not final: counted on " in page, path
    assert "1 of 1" in pages[PAGE]
    assert "21-1" in pages[PAGE]
    assert "21-3" not in pages[PAGE]
    assert "To cite" not in pages[PAGE]
    assert (site / NOT_FINAL).read_text("utf-8").startswith("Not final: counted on ")
    assert not (site / "2021" / "letters").exists()
    assert not (site / "2021" / "review").exists()


def test_every_row_of_its_data_says_so_and_the_years_before_stay_as_they_are_public(
    desk: Operators,
) -> None:
    published_2020(desk)

    assert desk.run("site", "--live", "--year", "2021", "--out", "site").returncode == 0

    data = desk.folder / "site" / "data"
    for table in ("figures", "decisions", "compliance", "authorities"):
        found = rows(data / "2021" / "live" / f"{table}.csv")
        assert found
        assert {row["final"] for row in found} == {"no"}, table
    both = {(row["year"], row["final"]) for row in rows(data / "all" / "figures.csv")}
    assert both == {("2020", "yes"), ("2021", "no")}
    assert "final" not in rows(data / "2020" / "r1" / "figures.csv")[0]
    assert (desk.folder / "site" / "2020" / "letters" / f"{ROCHFORD}.pdf").is_file()
    assert "Over the years" in (desk.folder / "site" / PAGE).read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--live", "--publication", "0123456789ab"], "one of the three"),
        (["--live", "--year", "2021", "--base-url", "https://x.example"], "--live never is"),
        (["--publication", "0123456789ab", "--year", "2021"], "--year goes with --live"),
    ],
)
def test_what_it_cannot_be_is_refused_and_nothing_is_written(
    desk: Operators, arguments: list[str], why: str
) -> None:
    result = desk.run("site", "--out", "site", *arguments)

    assert result.returncode == 2
    assert why in result.words
    assert not (desk.folder / "site").exists()
