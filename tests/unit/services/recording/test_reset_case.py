"""A case is brought to what casework says, and lower versions never count all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.cases import CasePart, CaseState, Version
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey, tally_of
from annual_review.services.errors import (
    ConflictError,
    RefusalError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from annual_review.services.recording.record_decisions import Verdict
from annual_review.services.recording.reset_case import ATTEMPTS
from tests.builders import (
    COUNTY,
    a_compliance_outcome,
    a_register,
    a_withdrawal,
    an_upheld_decision,
    messages,
)
from tests.fakes.faults import Fault, Faults
from tests.fakes.patience import endless
from tests.strategies import CODES, case_states
from tests.worlds import World

FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)


def on_day(number: int, state: CaseState) -> CaseState:
    """Return a state as casework recorded it on one of some days."""
    return replace(state, recorded_at=FIRST_DAY + timedelta(days=number))


RIGHT = on_day(1, an_upheld_decision(version=3))
OTHERWISE = on_day(1, an_upheld_decision(version=3, satisfactory_remedy=True))
MISTYPED = on_day(2, an_upheld_decision(version=900, authority=COUNTY))
DECISION = Act("an operator", FIRST_DAY + timedelta(days=3), "mistyped version")


def a_world(*recorded: CaseState) -> World:
    world = World(register=a_register(*CODES))
    world.record(*recorded)
    return world


def reset(world: World, *says: CaseState) -> None:
    service = world.reset_case()
    plan = service.plan(says[0].reference, says)
    if plan.writes:
        service.reset(plan, DECISION, endless())


def standing(world: World) -> CaseState:
    return world.cases.load([RIGHT.key])[RIGHT.key]


def counts(world: World) -> object:
    keys = [TallyKey(code, ReportingYear(year)) for code in CODES for year in range(2018, 2024)]
    return {key: tally for key, tally in world.cases.tallies(keys).items() if tally}


def test_a_case_takes_a_lower_version_and_its_tallies_move_with_it() -> None:
    world = a_world(MISTYPED)

    reset(world, RIGHT)

    assert standing(world) == RIGHT
    assert counts(world) == tally_of([RIGHT])
    [told] = standing(world).resets
    assert (told.by, told.reason, told.at) == ("an operator", "mistyped version", DECISION.at)
    assert told.replaced == 900


def test_what_casework_had_recorded_before_a_reset_counts_no_more_though_it_comes_again() -> None:
    world = a_world(MISTYPED)
    reset(world, RIGHT)

    report = world.record_decisions().record(
        messages(MISTYPED, on_day(1, an_upheld_decision(version=800, authority=COUNTY))), endless()
    )

    assert set(report.verdicts.values()) == {Verdict.STALE}
    assert set(report.passed_over.values()) == {"900 before 3", "800 before 3"}
    assert counts(world) == tally_of([RIGHT])


def test_what_casework_records_after_a_reset_goes_by_its_versions() -> None:
    world = a_world(MISTYPED)
    reset(world, RIGHT)
    corrected = on_day(4, an_upheld_decision(version=4, satisfactory_remedy=True))

    world.record(corrected, MISTYPED)
    world.record(RIGHT)

    assert standing(world) == corrected
    assert len(standing(world).resets) == 1
    assert counts(world) == tally_of([corrected])


def test_an_event_that_bears_a_time_to_come_does_not_make_all_that_follows_stale() -> None:
    world = a_world(replace(MISTYPED, recorded_at=FIRST_DAY + timedelta(days=9999)))
    reset(world, RIGHT)

    world.record(on_day(4, a_withdrawal(version=4)))

    assert not counts(world)


def test_of_several_versions_in_a_file_the_highest_is_meant_and_a_part_not_told_of_stays() -> None:
    outcome = a_compliance_outcome()
    world = a_world(MISTYPED, outcome)

    reset(world, on_day(0, an_upheld_decision(version=2, authority=COUNTY)), RIGHT)

    assert standing(world) == RIGHT
    assert counts(world) == tally_of([RIGHT, outcome])


def test_a_case_that_is_what_casework_says_needs_no_reset() -> None:
    world = a_world(RIGHT)

    plan = world.reset_case().plan(RIGHT.reference, [RIGHT])

    assert (plan.writes, plan.unchanged) == ((), (RIGHT,))


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ([], "no event of case 19012345"),
        ([an_upheld_decision("19-9")], "no event of case 19012345"),
        ([RIGHT, OTHERWISE], "two things .* version 3"),
        ([an_upheld_decision(authority="E99999999")], "unknown_authority: E99999999"),
    ],
)
def test_what_can_not_be_what_casework_says_is_refused(says: list[CaseState], why: str) -> None:
    world = a_world(MISTYPED)

    with pytest.raises(RefusalError, match=why):
        world.reset_case().plan(RIGHT.reference, says)


def test_a_case_that_has_changed_since_it_was_looked_at_is_not_reset() -> None:
    world = a_world(MISTYPED)
    plan = world.reset_case().plan(RIGHT.reference, [RIGHT])
    meanwhile = on_day(3, an_upheld_decision(version=901, authority=COUNTY))
    world.record(meanwhile)

    with pytest.raises(RefusalError, match="has changed meanwhile"):
        world.reset_case().reset(plan, DECISION, endless())

    assert standing(world) == meanwhile


def test_a_recorder_that_had_read_the_case_before_its_reset_writes_nothing() -> None:
    other_three = an_upheld_decision(version=3, satisfactory_remedy=True)
    world = a_world(on_day(0, other_three))
    corrected = on_day(4, a_withdrawal(version=4))

    slow = world.under(Faults())

    def meanwhile() -> None:
        # It has looked the authority up and read the case.
        if "InMemoryCaseStore.load" in slow.faults.calls and not standing(world).resets:
            reset(world, RIGHT)

    slow.faults = Faults(before_each=meanwhile)
    slow.record_decisions().record(messages(corrected), endless())

    assert standing(world) == corrected
    assert not counts(world)


@pytest.mark.parametrize("wrong", [MISTYPED, OTHERWISE])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [ConflictError, ThrottledError, UnavailableError])
def test_a_reset_whose_answer_is_lost_is_done_once(
    error: type[Exception], wrong: CaseState, *, after: bool
) -> None:
    world = a_world(wrong)
    plan = world.reset_case().plan(RIGHT.reference, [RIGHT])

    world.under(Faults({0: Fault(error, after=after)})).reset_case().reset(
        plan, DECISION, endless()
    )

    assert len(standing(world).resets) == 1
    assert counts(world) == tally_of([RIGHT])


@pytest.mark.parametrize("error", [RefusedError, ThrottledError])
def test_what_keeps_failing_is_told(error: type[Exception]) -> None:
    world = a_world(MISTYPED)
    plan = world.reset_case().plan(RIGHT.reference, [RIGHT])
    failing = Faults({number: Fault(error) for number in range(0, 2 * ATTEMPTS, 2)})

    with pytest.raises(error):
        world.under(failing).reset_case().reset(plan, DECISION, endless())

    assert standing(world) == MISTYPED


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(1, 900), case_states(CasePart.DECISION)), max_size=5),
    st.integers(1, 50),
    case_states(CasePart.DECISION),
    st.lists(case_states(CasePart.DECISION), max_size=4),
    st.randoms(use_true_random=False),
)
def test_after_a_reset_the_tallies_are_those_of_its_state_or_of_the_highest_version_since(
    earlier: Sequence[tuple[int, CaseState]],
    version: int,
    says: CaseState,
    later: Sequence[CaseState],
    chance: Random,
) -> None:
    def named(state: CaseState, version: int, day: int) -> CaseState:
        of_version = replace(state, version=Version(version), previous_authorities=CODES)
        return on_day(day, of_version)

    by_version = dict(earlier)
    before = [named(state, each, 1) for each, state in by_version.items()]
    right = named(says, version, 1)
    since = [named(each, version + step, 4) for step, each in enumerate(later, 1)]
    world = a_world(*before)

    reset(world, right)
    arrivals = [*since, *before, right]
    chance.shuffle(arrivals)
    for state in arrivals:
        world.record(state)

    final = [right, *since][-1]
    assert standing(world) == final
    assert counts(world) == tally_of([final])
