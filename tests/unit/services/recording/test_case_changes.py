from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.cases import CaseKey, CaseReference, CaseState, Version
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey, change_of_tallies
from annual_review.services.recording.case_changes import (
    MOST_ACTIONS,
    CaseChange,
    CaseWrite,
    prevailing,
    transactions,
    writes_needed,
)
from tests.builders import ROCHFORD, YEAR, a_withdrawal, an_upheld_decision
from tests.strategies import History, case_states, histories


@st.composite
def case_writes(draw: st.DrawFn) -> list[CaseWrite]:
    """Writes of distinct cases: some are new, others replace a state of any kind."""
    pairs = draw(st.lists(st.tuples(case_states(), st.none() | case_states()), max_size=150))
    writes = []
    for number, (state, seen) in enumerate(pairs):
        reference = CaseReference(f"1900{number}")
        writes.append(
            CaseWrite(
                replace(state, reference=reference, version=Version(2)),
                replace(seen, reference=reference) if seen else None,
            )
        )
    return writes


def total(changes: Iterable[dict[TallyKey, Tally]]) -> dict[TallyKey, Tally]:
    summed: dict[TallyKey, Tally] = {}
    for change in changes:
        for key, difference in change.items():
            summed[key] = summed.get(key, NOTHING_COUNTED) + difference
    return {key: difference for key, difference in summed.items() if difference}


def new_cases(count: int) -> list[CaseWrite]:
    return [CaseWrite(an_upheld_decision(f"{number:08}"), None) for number in range(count)]


@given(case_writes(), st.sampled_from([1, 2, 3, 12, MOST_ACTIONS]))
def test_no_transaction_exceeds_the_limit_unless_it_is_a_single_case(
    writes: list[CaseWrite], most_actions: int
) -> None:
    for change in transactions(writes, most_actions):
        assert change.actions <= most_actions or len(change.writes) == 1


@given(case_writes())
def test_dynamodb_never_gets_more_than_100_actions_at_once(writes: list[CaseWrite]) -> None:
    assert all(change.actions <= 100 for change in transactions(writes))


@given(case_writes(), st.integers(1, MOST_ACTIONS))
def test_every_write_is_in_exactly_one_transaction(
    writes: list[CaseWrite], most_actions: int
) -> None:
    packed = [write for change in transactions(writes, most_actions) for write in change.writes]

    assert sorted(packed, key=lambda each: each.state.key) == sorted(
        writes, key=lambda each: each.state.key
    )


@given(case_writes(), st.integers(1, MOST_ACTIONS))
def test_together_transactions_change_what_their_writes_change_one_by_one(
    writes: list[CaseWrite], most_actions: int
) -> None:
    packed = total(dict(change.tallies) for change in transactions(writes, most_actions))

    assert packed == total(change_of_tallies(write.seen, write.state) for write in writes)


@given(case_writes())
def test_actions_are_the_case_states_and_the_tallies_whose_cases_change(
    writes: list[CaseWrite],
) -> None:
    change = CaseChange(tuple(writes))

    assert change.actions == len(writes) + len(change.tallies)


@pytest.mark.parametrize(("cases", "needed"), [(0, 0), (1, 1), (99, 1), (100, 2), (198, 2)])
def test_new_cases_of_one_authority_share_its_tally(cases: int, needed: int) -> None:
    packed = list(transactions(new_cases(cases)))

    assert len(packed) == needed == ceil(cases / 99)
    assert all(len(change.tallies) == 1 for change in packed)


def test_cases_that_come_in_turns_are_packed_by_authority() -> None:
    writes = [
        CaseWrite(an_upheld_decision(f"{number:08}", authority=f"E{number % 30}"), None)
        for number in range(300)
    ]

    packed = list(transactions(writes))

    # Every tally once: a group that fits into a transaction is not divided.
    assert len(packed) == 4
    assert sum(change.actions for change in packed) == 300 + 30


def test_a_correction_and_its_opposite_name_their_tally_though_its_counts_stay() -> None:
    withdrawn = CaseWrite(a_withdrawal("1"), an_upheld_decision("1"))
    decided = CaseWrite(an_upheld_decision("2"), None)

    assert CaseChange((withdrawn, decided)).tallies == {TallyKey(ROCHFORD, YEAR): Tally()}


def test_of_nothing_but_implausible_versions_none_prevails() -> None:
    assert prevailing(None, [an_upheld_decision(version=1001)]) is None
    assert writes_needed({}, {an_upheld_decision().key: [an_upheld_decision(version=1001)]}) == []


def test_of_equal_versions_the_known_one_prevails_or_else_the_first() -> None:
    known, first = an_upheld_decision(), an_upheld_decision(satisfactory_remedy=True)

    assert prevailing(known, [first]) is known
    assert prevailing(None, [first, known]) is first


@given(histories())
def test_folding_keeps_the_highest_version_of_every_case(history: History) -> None:
    arrivals: dict[CaseKey, list[CaseState]] = {}
    for state in history.arrivals:
        arrivals.setdefault(state.key, []).append(state)

    writes = writes_needed({}, arrivals)

    assert {write.state.key: write.state for write in writes} == history.final
    assert all(write.seen is None for write in writes)


@given(histories())
def test_what_is_stored_already_is_not_written_again(history: History) -> None:
    arrivals = {state.key: [state] for state in history.arrivals}

    assert writes_needed(history.final, arrivals) == []
