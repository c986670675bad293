from pathlib import Path

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for, edition_years, load_edition
from annual_review.rendering.editions.edition_dates import dates_for, edition_dates
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError

YEAR = ReportingYear(2020)


def test_the_days_are_those_of_the_whole_edition() -> None:
    years = edition_years(SHIPPED_EDITIONS)
    assert YEAR in years
    for year in years:
        edition = load_edition(SHIPPED_EDITIONS, year)
        days = edition_dates(SHIPPED_EDITIONS, year)
        assert days == (edition.letter_date, edition.publication_date)


def test_a_year_without_an_edition_is_told(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="there is no edition of 2020"):
        edition_dates(tmp_path, YEAR)


@pytest.mark.parametrize(
    "days",
    [
        "letter_date = 2020-07-22",
        'letter_date = "soon"\npublication_date = 2020-07-29',
        "letter_date = 2020-07-30\npublication_date = 2020-07-29",
        "letter_date = 2020-03-31\npublication_date = 2020-07-29",
        "letter_date =",
    ],
)
def test_days_that_can_not_be_used_are_refused_with_all_that_is_wrong(
    tmp_path: Path, days: str
) -> None:
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020/edition.toml").write_text(days)
    with pytest.raises(EditionError):
        edition_dates(tmp_path, YEAR)


def test_a_time_of_day_is_no_day(tmp_path: Path) -> None:
    (tmp_path / "2020").mkdir()
    days = "letter_date = 2020-07-22T09:00:00\npublication_date = 2020-07-29T09:00:00"
    (tmp_path / "2020/edition.toml").write_text(days)
    with pytest.raises(EditionError):
        edition_dates(tmp_path, YEAR)


@pytest.mark.parametrize("year", [2020, 2023, 2027])
def test_a_year_without_an_edition_has_the_days_of_the_nearest(year: int) -> None:
    edition = edition_for(SHIPPED_EDITIONS, ReportingYear(year))
    days = dates_for(SHIPPED_EDITIONS, ReportingYear(year))
    assert days == (edition.letter_date, edition.publication_date)
