"""The facts of an edition: numbers that its text takes by name, of this year and the last."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.edition_facts import EditionFacts, facts_of
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from tests.builders import YEAR
from tests.unit.rendering.letters import a_renderer, on_one_line
from tests.unit.rendering.letters import facts_of as letter_facts


def test_the_letters_of_2020_carry_the_real_facts() -> None:
    text = on_one_line(a_renderer().render(letter_facts()).text)

    assert "in 4 cities, with 178 delegates of 143 authorities" in text
    assert "118 courses for more than 1,400 people, 47 more courses than last year" in text


def test_a_fact_has_its_number_that_of_last_year_and_the_change() -> None:
    facts = EditionFacts(
        this_year={"courses": 1118, "delegates": 178}, last_year={"courses": 71, "delegates": 181}
    )

    assert facts.values == {
        "courses": "1,118",
        "courses_last_year": "71",
        "courses_change": "1,047 more",
        "delegates": "178",
        "delegates_last_year": "181",
        "delegates_change": "3 fewer",
    }


def test_what_did_not_change_has_no_change_to_write_of() -> None:
    facts = EditionFacts(this_year={"courses": 71}, last_year={"courses": 71, "cities": 4})

    assert {name for name in facts.values if name.endswith("_change")} == set()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("delegates = -3", "`delegates` is -3; a fact is a number from 0"),
        ("Delegates = 3", "'Delegates' can't name a fact"),
        ("delegates_change = 3", "'delegates_change' can't name a fact"),
        ('delegates = "3"', "must be a whole number without quotes"),
    ],
)
def test_a_fact_that_is_none_is_refused(tmp_path: Path, line: str, what: str) -> None:
    copytree(SHIPPED_EDITIONS / "2020", tmp_path / "2020")
    settings = tmp_path / "2020" / "edition.toml"
    source = settings.read_text(encoding="utf-8")
    settings.write_text(source.replace("delegates = 178", line), encoding="utf-8")

    with pytest.raises(EditionError) as raised:
        load_edition(tmp_path, YEAR)

    assert what in str(raised.value)


def test_a_text_asks_only_for_facts_that_its_edition_has(tmp_path: Path) -> None:
    copytree(SHIPPED_EDITIONS / "2026", tmp_path / "2026")
    settings = tmp_path / "2026" / "edition.toml"
    source = settings.read_text(encoding="utf-8")
    settings.write_text(source.replace("courses = 118\n", ""), encoding="utf-8")

    with pytest.raises(EditionError, match=r"unknown placeholder \{\{ courses_change \}\}"):
        load_edition(tmp_path, ReportingYear(2026))


def test_faulty_facts_are_told_once_and_stop_nothing_else() -> None:
    assert facts_of({"facts": {"this_year": 3}}) == EditionFacts()
