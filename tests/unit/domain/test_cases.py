from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.cases import (
    CasePart,
    CaseState,
    DecisionOutcome,
    Version,
    VersionComparison,
    compare_versions,
    counting_day,
)
from tests.builders import (
    RECORDED_AT,
    a_compliance_outcome,
    a_decision,
    a_withdrawal,
    an_upheld_decision,
)
from tests.strategies import case_states

VERSIONS = st.integers(1, 5).map(Version)


@pytest.mark.parametrize("outcome", DecisionOutcome)
def test_only_upheld_and_not_upheld_are_detailed_investigations(outcome: DecisionOutcome) -> None:
    assert outcome.is_investigation == (outcome.value in {"upheld", "not_upheld"})


@pytest.mark.parametrize(
    "outcome", [each for each in DecisionOutcome if each is not DecisionOutcome.UPHELD]
)
def test_a_satisfactory_remedy_needs_an_upheld_decision(outcome: DecisionOutcome) -> None:
    with pytest.raises(ValueError, match="belongs to an upheld decision"):
        a_decision(outcome, satisfactory_remedy=True)


def test_an_upheld_decision_may_have_a_satisfactory_remedy() -> None:
    assert an_upheld_decision(satisfactory_remedy=True).satisfactory_remedy


def test_a_decision_counts_on_the_day_of_the_decision() -> None:
    assert counting_day(an_upheld_decision(decided_on=date(2019, 5, 1))) == date(2019, 5, 1)


def test_a_compliance_outcome_counts_on_the_day_it_was_recorded() -> None:
    assert counting_day(a_compliance_outcome(recorded_on=date(2020, 5, 1))) == date(2020, 5, 1)


def test_a_withdrawn_decision_counts_on_no_day() -> None:
    assert counting_day(a_withdrawal()) is None


def test_a_withdrawal_continues_the_versions_of_its_decision() -> None:
    assert a_withdrawal("19000001").key == an_upheld_decision("19000001").key


def test_the_compliance_of_a_case_has_versions_of_its_own() -> None:
    compliance = a_compliance_outcome("19000001")

    assert compliance.key.part is CasePart.COMPLIANCE
    assert compliance.key != an_upheld_decision("19000001").key


def test_the_first_state_of_a_case_is_news() -> None:
    assert compare_versions(an_upheld_decision(version=7), None) is VersionComparison.SUPERSEDES


@given(case_states(), VERSIONS, VERSIONS)
def test_the_higher_version_stands_and_the_lower_one_is_stale(
    state: CaseState, arriving: Version, known: Version
) -> None:
    comparison = compare_versions(replace(state, version=arriving), replace(state, version=known))

    expected = {
        1: VersionComparison.SUPERSEDES,
        0: VersionComparison.DUPLICATE,
        -1: VersionComparison.STALE,
    }
    assert comparison is expected[(arriving > known) - (arriving < known)]


def test_one_version_with_two_contents_contradicts_itself() -> None:
    known = an_upheld_decision(version=2)

    assert (
        compare_versions(replace(known, satisfactory_remedy=True), known)
        is VersionComparison.CONTRADICTS
    )


def test_a_withdrawal_of_the_same_version_contradicts_the_decision() -> None:
    assert (
        compare_versions(a_withdrawal(version=2), an_upheld_decision(version=2))
        is VersionComparison.CONTRADICTS
    )


@pytest.mark.parametrize(
    "state",
    [an_upheld_decision(), a_withdrawal(), a_compliance_outcome()],
    ids=["decision", "withdrawal", "compliance"],
)
def test_copies_written_down_at_different_times_are_the_same_state(state: CaseState) -> None:
    copy = replace(state, recorded_at=RECORDED_AT + timedelta(seconds=1))

    assert compare_versions(copy, state) is VersionComparison.DUPLICATE
