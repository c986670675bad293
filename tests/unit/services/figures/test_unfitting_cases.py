"""Compliance outcomes without a decision to go with count, and are listed at closing."""

from __future__ import annotations

from datetime import date

import pytest

from annual_review.domain.cases import CaseState
from tests.builders import (
    COUNTY,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_register,
    a_withdrawal,
    an_upheld_decision,
)
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, World

OUTCOME = f"case 19012345: a compliance outcome counts for {ROCHFORD}, and"


def told(*states: CaseState) -> tuple[str, ...]:
    world = World(register=a_register(ROCHFORD, COUNTY))
    world.record(an_upheld_decision("19-1"), a_compliance_outcome(), *states)
    dry_run = world.close_year().try_out(YEAR, AFTER_THE_YEAR, endless())
    assert not dry_run.reasons
    report = world.close()
    assert report.unfitting == report.summary["unfitting"] == dry_run.unfitting
    return report.unfitting


def test_an_outcome_of_a_case_that_nobody_decided_is_listed() -> None:
    assert told() == (f"{OUTCOME} no decision is recorded",)


@pytest.mark.parametrize("decided_on", [date(2019, 5, 1), date(2018, 5, 1)])
def test_an_outcome_fits_its_decision_of_whichever_year(decided_on: date) -> None:
    assert told(an_upheld_decision(decided_on=decided_on)) == ()


def test_an_outcome_under_another_authority_than_its_decision_is_listed() -> None:
    assert told(an_upheld_decision(authority=COUNTY)) == (f"{OUTCOME} its decision for {COUNTY}",)


def test_an_outcome_of_a_decision_that_was_withdrawn_is_listed() -> None:
    assert told(a_withdrawal()) == (f"{OUTCOME} its decision was withdrawn",)


def test_cases_are_listed_in_the_order_of_their_references() -> None:
    listed = told(a_compliance_outcome("19-3"), a_compliance_outcome("19-2", authority=COUNTY))

    assert [each.partition(":")[0] for each in listed] == [
        "case 19-2",
        "case 19-3",
        "case 19012345",
    ]
