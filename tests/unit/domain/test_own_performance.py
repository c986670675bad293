"""What figures say of an authority's own performance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.cases import CaseReference
from annual_review.domain.figures import EarlierYear
from annual_review.domain.own_performance import (
    LATE,
    NOT_COMPLIED,
    Family,
    Finding,
    FindingKind,
    findings,
    years_in_a_row,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally
from tests.builders import YEAR, a_tally

ONE, TWO = CaseReference("19000001"), CaseReference("19000002")
LATE_ONCE, ON_TIME = a_tally(late=1), a_tally(on_time=1)


def earlier(**tallies: Tally) -> list[EarlierYear]:
    """Build earlier years: `earlier(y2019=a_tally(late=1))`."""
    years = ((int(name.removeprefix("y")), tally) for name, tally in tallies.items())
    return [EarlierYear(ReportingYear(year), tally) for year, tally in years]


def found(tally: Tally, *before: EarlierYear) -> list[Finding]:
    references = {LATE: [ONE], NOT_COMPLIED: [TWO]}
    return list(findings(YEAR, tally, references, before))


def test_an_authority_that_did_everything_in_time_has_nothing_said_of_it() -> None:
    assert found(a_tally(upheld=9, on_time=9), *earlier(y2019=a_tally(late=4))) == []


def test_late_remedies_are_told_with_their_number() -> None:
    assert found(a_tally(late=3)) == [Finding(FindingKind.LATE_REMEDIES, 3, (ONE,), 1)]


def test_what_was_not_complied_with_is_told_with_its_cases() -> None:
    assert found(a_tally(not_complied=1)) == [Finding(FindingKind.NOT_COMPLIED, 1, (TWO,), 1)]


def test_what_happened_the_year_before_too_is_told_a_second_time_as_a_memory() -> None:
    again = found(a_tally(late=3), *earlier(y2018=ON_TIME, y2019=LATE_ONCE))

    assert [each.kind for each in again] == [
        FindingKind.LATE_REMEDIES,
        FindingKind.LATE_REMEDIES_AGAIN,
    ]
    assert [each.kind.family for each in again] == [Family.LATE_REMEDIES, Family.EARLIER_YEARS]
    assert {each.years_in_a_row for each in again} == {2}


@pytest.mark.parametrize(
    ("before", "row"),
    [
        (earlier(), 1),
        (earlier(y2019=LATE_ONCE, y2018=LATE_ONCE), 3),
        (earlier(y2018=LATE_ONCE, y2017=LATE_ONCE), 1),
        (earlier(y2019=LATE_ONCE, y2017=LATE_ONCE), 2),
        (earlier(y2019=LATE_ONCE, y2018=ON_TIME, y2017=LATE_ONCE), 2),
        (earlier(y2019=a_tally(not_complied=1)), 1),
    ],
    ids=["none frozen", "three", "not the last", "a year not frozen", "a good year", "other"],
)
def test_a_row_of_years_ends_where_a_year_is_missing_or_good(
    before: list[EarlierYear], row: int
) -> None:
    assert {each.years_in_a_row for each in found(LATE_ONCE, *before)} == {row}


@given(st.lists(st.booleans(), max_size=8))
def test_a_row_counts_every_year_up_to_the_first_good_one(bad: list[bool]) -> None:
    tallies = {
        ReportingYear(YEAR.ends - back): LATE_ONCE if each else ON_TIME
        for back, each in enumerate(bad, 1)
    }

    row = years_in_a_row(YEAR, LATE, tallies)

    assert row == 1 + (bad.index(False) if False in bad else len(bad))
