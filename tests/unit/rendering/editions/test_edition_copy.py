"""An edition copied to another year: its dates move, nothing else does."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition_copy import EditionCopy, copy_edition, moved
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from tests.builders import YEAR

SETTINGS = """\
# Kept  as it is: letter_date = 2020-07-22
year=2020 # the year
letter_date   =  2020-07-22   # a Wednesday\r
publication_date = 2020-07-29
title = "Letter of 2020"

[signatory]
name = "A Person"

[seminar]
year = 2020
held_on = 2020-02-29
"""


def a_copy(folder: Path, settings: str = SETTINGS, to: int = 2027) -> EditionCopy:
    (folder / "edition.toml").write_bytes(settings.encode())
    (folder / "letter.md").write_bytes(b"Since 2019, all is well.\r\n")
    (folder / "notes.csv").write_bytes(b"E07000075,late_remedies,not of this year")
    return copy_edition(folder, YEAR, ReportingYear(to))


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(-20, 20))
def test_a_date_moves_by_whole_years_to_the_nearest_same_weekday(day: date, years: int) -> None:
    there = moved(day, years)

    assert there.weekday() == day.weekday()
    anniversary = date(day.year + years, day.month, min(day.day, 28))
    assert abs(there - anniversary) <= timedelta(days=3 + day.day - anniversary.day)


def test_every_other_character_stays(tmp_path: Path) -> None:
    copy = a_copy(tmp_path)

    expected = (
        SETTINGS.replace("year=2020", "year=2027")
        .replace("=  2020-07-22", "=  2027-07-21")
        .replace("= 2020-07-29", "= 2027-07-28")
        .replace("2020-02-29", "2027-02-27")
    )
    assert copy.files["edition.toml"] == expected.encode()
    assert copy.files["letter.md"] == b"Since 2019, all is well.\r\n"


def test_what_belongs_to_the_year_alone_is_not_copied(tmp_path: Path) -> None:
    assert set(a_copy(tmp_path).files) == {"edition.toml", "letter.md"}


def test_a_person_is_told_of_dates_signatory_and_years_in_words(tmp_path: Path) -> None:
    told = {(each.name, each.line): each.why for each in a_copy(tmp_path).to_check}

    assert told["edition.toml", 3] == (
        "moved from Wednesday 2020-07-22 to Wednesday 2027-07-21: is it the right day?"
    )
    assert "who signs" in told["edition.toml", 7]
    assert told["edition.toml", 5] == told["letter.md", 1] == "a year stands here as it was"


def test_a_date_that_no_line_of_its_own_sets_is_refused_and_not_left_behind(
    tmp_path: Path,
) -> None:
    settings = SETTINGS + "table = { day = 2020-07-01 }\n"

    with pytest.raises(EditionError, match="its dates can't be moved"):
        a_copy(tmp_path, settings)


def test_a_text_that_looks_like_a_date_is_not_taken_for_one(tmp_path: Path) -> None:
    settings = SETTINGS + 'motto = """\nletter_date = 2020-07-22\n"""\n'

    with pytest.raises(EditionError, match="its dates can't be moved"):
        a_copy(tmp_path, settings)


def test_every_edition_that_ships_can_be_copied() -> None:
    for folder in SHIPPED_EDITIONS.iterdir():
        copy = copy_edition(folder, ReportingYear(int(folder.name)), ReportingYear(2031))
        assert b"year = 2031" in copy.files["edition.toml"]


def test_where_there_is_no_edition_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=r"no edition of 2020: edition\.toml is missing"):
        copy_edition(tmp_path, YEAR, ReportingYear(2021))
