"""A case that moves to another authority says so; what does not waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.cases import CasePart, CaseState, Version
from annual_review.domain.tallies import tally_of
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import BatchReport, Verdict
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_message,
    a_register,
    a_withdrawal,
    an_authority,
    an_upheld_decision,
    messages,
)
from tests.fakes.patience import endless
from tests.strategies import CODES, case_states
from tests.worlds import World

FIRST = an_upheld_decision(authority=ROCHFORD)
UNNAMED = an_upheld_decision(version=2, authority=COUNTY)
NAMED = replace(UNNAMED, previous_authorities=(ROCHFORD,))
NAMED_AGAIN = an_upheld_decision(
    version=3, authority=OTHER_DISTRICT, previous_authorities=[ROCHFORD, COUNTY]
)


def a_world() -> World:
    return World(register=a_register(ROCHFORD, OTHER_DISTRICT, COUNTY))


def record(world: World, *states: CaseState) -> BatchReport:
    return world.record_decisions().record(messages(*states), endless())


def standing(world: World) -> CaseState:
    return world.cases.load([FIRST.key])[FIRST.key]


@pytest.mark.parametrize(
    "moved",
    [
        UNNAMED,
        replace(UNNAMED, previous_authorities=(OTHER_DISTRICT,)),
        a_withdrawal(authority=COUNTY),
    ],
)
def test_a_state_under_another_authority_is_set_aside_unless_it_names_the_one_it_leaves(
    moved: CaseState,
) -> None:
    world = a_world()
    record(world, FIRST)

    assert record(world, moved).reasons == {"1": f"authority_changed: {COUNTY} after {ROCHFORD}"}
    assert standing(world) == FIRST


def test_a_compliance_outcome_has_a_past_of_its_own() -> None:
    world = a_world()
    record(world, a_compliance_outcome())

    report = record(world, a_compliance_outcome(version=2, authority=COUNTY))

    assert report.reasons == {"1": f"authority_changed: {COUNTY} after {ROCHFORD}"}


def test_whichever_comes_first_an_unnamed_change_is_questioned() -> None:
    world = a_world()
    record(world, UNNAMED)

    assert record(world, FIRST).reasons == {"1": f"authority_changed: {ROCHFORD} before {COUNTY}"}


@pytest.mark.parametrize("batches", [[3], [1, 1, 1]])
def test_a_later_move_that_arrives_before_an_earlier_one_is_taken(batches: list[int]) -> None:
    world, rest = a_world(), [FIRST, NAMED_AGAIN, NAMED]

    for size in batches:
        batch, rest = rest[:size], rest[size:]
        assert not record(world, *batch).reasons

    assert standing(world) == NAMED_AGAIN


def test_what_casework_forgets_to_repeat_is_remembered_for_those_who_come_late() -> None:
    world = a_world()
    record(world, FIRST)
    record(world, NAMED)
    record(world, an_upheld_decision(version=3, authority=COUNTY))

    assert record(world, FIRST).verdicts == {"1": Verdict.STALE}


def test_an_authority_that_is_named_another_way_today_is_the_same() -> None:
    renamed = an_authority("E09000099")

    class Directory:
        def find(self, code: AuthorityCode) -> Authority | None:
            return renamed if code in {ROCHFORD, "E09000099"} else an_authority(code)

    world = a_world()
    recorder = replace(world.record_decisions(), authorities=Directory())
    recorder.record(messages(FIRST), endless())
    again, corrected = (
        an_upheld_decision(version=version, authority="E09000099") for version in (1, 2)
    )

    report = recorder.record(messages(again), endless())
    later = recorder.record(messages(corrected), endless())

    assert report.verdicts == {"1": Verdict.DUPLICATE}
    assert later.verdicts == {"1": Verdict.RECORDED}
    assert recorder.record(messages(FIRST, corrected), endless()).reasons == {}


def confirmed(message: Message) -> Message:
    return replace(message, confirmed="confirmed/decisions/1.json")


@pytest.mark.parametrize("set_aside", [UNNAMED, an_upheld_decision(version=5000)])
def test_what_a_person_has_confirmed_is_recorded_and_names_the_record(
    set_aside: CaseState,
) -> None:
    world = a_world()
    record(world, FIRST)

    report = world.record_decisions().record([confirmed(a_message(set_aside))], endless())

    assert report.verdicts == {"1": Verdict.RECORDED}
    assert report.confirmed == {"1": "confirmed/decisions/1.json"}
    assert standing(world).confirmed == "confirmed/decisions/1.json"
    assert world.cases.tallies(tally_of([set_aside])) == tally_of([set_aside])


def test_a_confirmation_is_for_one_event_alone() -> None:
    world = a_world()
    record(world, FIRST)
    follows = a_message(an_upheld_decision(version=3, authority=OTHER_DISTRICT), "2")

    report = world.record_decisions().record([confirmed(a_message(UNNAMED)), follows], endless())

    assert report.reasons == {"2": f"authority_changed: {OTHER_DISTRICT} after {COUNTY}"}


def test_nobody_can_confirm_a_contradiction() -> None:
    world = a_world()
    record(world, FIRST)
    other = confirmed(a_message(an_upheld_decision(satisfactory_remedy=True)))

    report = world.record_decisions().record([other], endless())

    assert report.reasons == {"1": "version_contradicts: version 1"}


@given(
    st.lists(st.tuples(case_states(CasePart.DECISION), st.booleans()), min_size=1, max_size=5),
    st.lists(st.integers(0, 4), max_size=12),
    st.randoms(use_true_random=False),
)
def test_in_any_order_what_a_person_confirms_comes_to_the_final_state(
    versions: Sequence[tuple[CaseState, bool]], repeated: Sequence[int], chance: Random
) -> None:
    history = [
        replace(
            state,
            version=Version(version),
            previous_authorities=tuple(CODES) if says_so else (),
        )
        for version, (state, says_so) in enumerate(versions, 1)
    ]
    arrivals = messages(*history, *(history[each % len(history)] for each in repeated))
    chance.shuffle(arrivals)
    world = World(register=a_register(*CODES))
    for message in arrivals:
        world.record_decisions().record([message], endless())

    set_aside = [message for message, _ in world.dead_letters.rejected]
    chance.shuffle(set_aside)
    world.dead_letters.rejected.clear()
    for message in set_aside:
        world.record_decisions().record([confirmed(message)], endless())

    assert not world.dead_letters.rejected
    assert standing(world) == history[-1]
    every = world.cases.tallies(tally_of(history))
    assert {key: tally for key, tally in every.items() if tally} == tally_of(history[-1:])
    assert all(says_so for _, says_so in versions) <= (not set_aside)
