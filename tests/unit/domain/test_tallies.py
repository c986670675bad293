from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.cases import (
    CaseKey,
    CaseState,
    ComplianceOutcome,
    DecisionOutcome,
    Subject,
    VersionComparison,
    compare_versions,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import (
    MEASURES,
    NOTHING_COUNTED,
    Measure,
    Tally,
    TallyKey,
    change_of_tallies,
    counted,
    subject_measure,
    tally_of,
)
from tests.builders import (
    COUNTY,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
)
from tests.strategies import History, case_states, histories, tallies

HERE = TallyKey(ROCHFORD, YEAR)


def recorded_one_by_one(arrivals: tuple[CaseState, ...]) -> dict[TallyKey, Tally]:
    """Apply every arrival as it comes, the way the table does, and return the tallies."""
    known: dict[CaseKey, CaseState] = {}
    running: dict[TallyKey, Tally] = {}
    for state in arrivals:
        before = known.get(state.key)
        if compare_versions(state, before) is VersionComparison.SUPERSEDES:
            for key, change in change_of_tallies(before, state).items():
                running[key] = running.get(key, NOTHING_COUNTED) + change
            known[state.key] = state
    return {key: tally for key, tally in running.items() if tally}


@settings(max_examples=300)
@given(histories())
def test_any_order_of_arrival_gives_the_tallies_of_the_final_states(history: History) -> None:
    assert recorded_one_by_one(history.arrivals) == tally_of(history.final.values())


@given(histories())
def test_no_count_is_ever_negative_on_the_way(history: History) -> None:
    for heard in range(len(history.arrivals)):
        for tally in recorded_one_by_one(history.arrivals[:heard]).values():
            assert all(count > 0 for count in tally.values())


def test_an_upheld_decision_counts_its_outcome_and_its_subject() -> None:
    key, counts = counted(an_upheld_decision(subject=Subject.HOUSING)) or (None, None)

    assert (key, counts) == (HERE, Tally({Measure("upheld"): 1, Measure("subject:Housing"): 1}))


def test_a_satisfactory_remedy_is_counted_beside_its_decision() -> None:
    _, counts = counted(an_upheld_decision(satisfactory_remedy=True)) or (None, Tally())

    assert (counts.upheld, counts.satisfactory_remedies) == (1, 1)


@pytest.mark.parametrize("outcome", DecisionOutcome)
def test_every_outcome_is_one_decision_and_no_compliance(outcome: DecisionOutcome) -> None:
    tally = tally_of([a_decision(outcome)])[HERE]

    assert (tally.decisions, tally.compliance_outcomes) == (1, 0)
    assert tally.investigations == outcome.is_investigation


@pytest.mark.parametrize("outcome", ComplianceOutcome)
def test_a_compliance_outcome_is_no_decision_and_has_no_subject(outcome: ComplianceOutcome) -> None:
    tally = tally_of([a_compliance_outcome(outcome=outcome)])[HERE]

    assert dict(tally) == {outcome.value: 1}
    assert (tally.decisions, tally.compliance_outcomes) == (0, 1)


def test_a_compliance_outcome_counts_in_its_own_year_whatever_the_year_of_the_decision() -> None:
    counts = tally_of(
        [
            an_upheld_decision(decided_on=date(2020, 3, 31)),
            a_compliance_outcome(recorded_on=date(2020, 4, 1)),
        ]
    )

    assert counts[HERE].compliance_outcomes == 0
    assert counts[TallyKey(ROCHFORD, ReportingYear(2021))] == a_tally(on_time=1)


def test_a_withdrawn_decision_counts_nowhere() -> None:
    assert counted(a_withdrawal()) is None
    assert tally_of([a_withdrawal()]) == {}


def test_a_withdrawal_takes_back_what_its_decision_counted() -> None:
    decision = an_upheld_decision(satisfactory_remedy=True)

    (gone,) = change_of_tallies(decision, a_withdrawal()).values()

    assert gone == Tally() - tally_of([decision])[HERE]


def test_a_decision_may_be_made_again_after_a_withdrawal() -> None:
    again = an_upheld_decision(version=3)

    assert change_of_tallies(a_withdrawal(version=2), again) == tally_of([again])


def test_a_correction_moves_the_counts_to_another_authority_and_year() -> None:
    known = an_upheld_decision()
    corrected = an_upheld_decision(version=2, authority=COUNTY, decided_on=date(2018, 5, 1))
    there = TallyKey(COUNTY, ReportingYear(2019))

    change = change_of_tallies(known, corrected)

    assert change.keys() == {HERE, there}
    assert change[HERE] + change[there] == Tally()


def test_a_correction_that_moves_no_count_names_the_tally_whose_cases_are_others_now() -> None:
    known = an_upheld_decision(decided_on=date(2019, 11, 5))
    corrected = an_upheld_decision(version=2, decided_on=date(2019, 11, 6))

    assert change_of_tallies(known, corrected) == {HERE: Tally()}


def test_withdrawing_what_is_withdrawn_already_changes_no_tally() -> None:
    assert change_of_tallies(a_withdrawal(version=2), a_withdrawal(version=3)) == {}


@given(case_states(), case_states())
def test_a_change_is_the_difference_of_before_and_after(
    before: CaseState, after: CaseState
) -> None:
    change = change_of_tallies(before, after)
    whole, was = tally_of([after]), tally_of([before])

    for key in {*change, *whole, *was}:
        assert was.get(key, Tally()) + change.get(key, Tally()) == whole.get(key, Tally())


@given(st.lists(case_states(), max_size=30))
def test_only_known_measures_are_ever_counted(states: list[CaseState]) -> None:
    assert {measure for tally in tally_of(states).values() for measure in tally} <= set(MEASURES)


def test_the_measures_name_every_outcome_remedy_and_subject_once() -> None:
    assert len(set(MEASURES)) == len(MEASURES) == 6 + 1 + 3 + 9
    assert subject_measure(Subject.HOUSING) in MEASURES


@given(tallies(), tallies())
def test_adding_and_subtracting_a_tally_changes_nothing(one: Tally, other: Tally) -> None:
    assert one + other - other == one


@given(tallies(), tallies(), tallies())
def test_tallies_may_be_added_in_any_order(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == c + (b + a)


def test_a_measure_that_was_never_counted_reads_as_zero() -> None:
    assert Tally()[Measure("upheld")] == 0
    assert Measure("upheld") not in Tally()


def test_zeros_make_no_difference_between_tallies() -> None:
    assert a_tally(upheld=0, late=1) == a_tally(late=1)
    assert not a_tally(upheld=0)


def test_a_tally_shows_its_counts_when_an_assertion_fails() -> None:
    assert repr(a_tally(upheld=3)) == "Tally({'upheld': 3})"
