from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.reporting_year import ReportingYear

DAYS = st.dates(min_value=date(2, 1, 1), max_value=date(9998, 12, 31))


def test_a_reporting_year_runs_from_1_april_to_31_march_and_is_named_by_its_end() -> None:
    year = ReportingYear(2020)

    assert (year.first_day, year.last_day) == (date(2019, 4, 1), date(2020, 3, 31))


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2019-03-31", 2019),
        ("2019-04-01", 2020),
        ("2019-12-31", 2020),
        ("2020-01-01", 2020),
        ("2020-02-29", 2020),
        ("2020-03-31", 2020),
        ("2020-04-01", 2021),
        ("2021-02-28", 2021),
        ("2021-03-31", 2021),
        ("2021-04-01", 2022),
    ],
)
def test_a_day_belongs_to_the_year_that_ends_on_the_next_31_march(day: str, ends: int) -> None:
    assert ReportingYear.of(date.fromisoformat(day)) == ReportingYear(ends)


@given(DAYS)
def test_every_day_lies_within_its_own_year(day: date) -> None:
    year = ReportingYear.of(day)

    assert year.first_day <= day <= year.last_day


@given(st.integers(3, 9998).map(ReportingYear))
def test_years_follow_one_another_without_gap_or_overlap(year: ReportingYear) -> None:
    assert year.last_day + timedelta(days=1) == ReportingYear(year.ends + 1).first_day


@pytest.mark.parametrize(
    ("year", "days"), [(2019, 365), (2020, 366), (2021, 365), (2000, 366), (2100, 365)]
)
def test_a_year_with_a_29_february_has_a_day_more(year: int, days: int) -> None:
    whole = ReportingYear(year)

    assert (whole.last_day - whole.first_day).days + 1 == days


@pytest.mark.parametrize(
    ("day", "ended"), [("2020-03-31", 2019), ("2020-04-01", 2020), ("2021-01-15", 2020)]
)
def test_a_year_has_ended_when_its_31_march_is_over(day: str, ended: int) -> None:
    assert ReportingYear.last_ended_before(date.fromisoformat(day)) == ReportingYear(ended)


def test_a_year_prints_as_the_year_that_names_it() -> None:
    assert str(ReportingYear(2020)) == "2020"


@pytest.mark.parametrize("ends", [1, 0, -1, 10_000])
def test_a_year_outside_the_calendar_is_refused(ends: int) -> None:
    with pytest.raises(ValueError, match="between 2 and 9999"):
        ReportingYear(ends)
