"""Closing a year fails between any two calls; closing it again ends whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.letters import LetterState
from annual_review.services.documents import digest
from annual_review.services.errors import PortError
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_register,
    an_upheld_decision,
)
from tests.fakes.faults import BREAKING_OFF, CRASHES, Fault, Faults, ProcessDiedError
from tests.fakes.scheduler import interleave
from tests.worlds import World

pytestmark = pytest.mark.thorough

CODES = [ROCHFORD, OTHER_DISTRICT, COUNTY]


def a_world() -> World:
    world = World(register=a_register(*CODES))
    world.record(an_upheld_decision("1"), a_compliance_outcome("1"))
    world.record(an_upheld_decision("2", authority=COUNTY))
    return world


def calls_of_closing() -> list[str]:
    faults = Faults()
    a_world().under(faults).close()
    return faults.calls


def try_to_close(world: World, fault_at: dict[int, Fault]) -> bool:
    try:
        world.under(Faults(fault_at)).close()
    except (PortError, ProcessDiedError):
        return False
    return True


def check_the_end(world: World) -> None:
    close = world.closes.latest(YEAR)
    assert close is not None
    assert world.frozen_year()["sha256"] == close.figures_sha256
    asked_for = set(world.to_prepare.take())
    for code in CODES:
        (letter,) = [each for each in world.letters.of_year(YEAR) if each.id.authority == code]
        assert letter.state is LetterState.PLANNED
        assert letter.figures_sha256 == digest(world.frozen_document(f"authorities/{code}.json"))
        assert letter.id in asked_for
    assert len(world.letters.of_year(YEAR)) == len(CODES)


@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
@pytest.mark.parametrize(("number", "call"), list(enumerate(calls_of_closing())), ids=str)
def test_closing_again_after_a_fault_of_any_call_ends_whole(
    number: int, call: str, fault: Fault
) -> None:
    world = a_world()

    closed = try_to_close(world, {number: fault})
    world.close()

    assert not closed, f"{call} failed, and closing did not say so"
    check_the_end(world)


@pytest.mark.parametrize("crash", CRASHES, ids=str)
@pytest.mark.parametrize("number", range(len(calls_of_closing())))
def test_decisions_between_a_crash_and_closing_again_are_in_the_figures_or_not_but_never_in_part(
    number: int, crash: Fault
) -> None:
    world = a_world()

    try_to_close(world, {number: crash})
    was_closed = world.closes.latest(YEAR) is not None
    world.record(an_upheld_decision("3"))
    world.close()

    check_the_end(world)
    frozen = world.frozen()
    assert frozen.figures.tally.upheld == (1 if was_closed else 2)
    assert len(frozen.cases) == (2 if was_closed else 3)


@settings(max_examples=100)
@given(st.lists(st.sampled_from([None, None, None, *BREAKING_OFF]), max_size=80))
def test_closing_until_it_succeeds_ends_whole_whatever_failed_before(
    script: list[Fault | None],
) -> None:
    world = a_world()
    faults = Faults({number: fault for number, fault in enumerate(script) if fault})
    watched = world.under(faults)

    for _ in range(len(script) + 1):
        try:
            watched.close()
        except (PortError, ProcessDiedError):
            continue
        break

    check_the_end(world)


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_two_who_close_at_once_freeze_one_record(seed: int) -> None:
    world = a_world()

    def closing(pause: Callable[[], None]) -> None:
        world.under(Faults(before_each=pause)).close()

    def deciding(pause: Callable[[], None]) -> None:
        pause()
        world.record(an_upheld_decision("3"))

    interleave(seed, closing, closing, deciding)

    check_the_end(world)
    frozen = world.frozen()
    assert frozen.figures.tally.upheld == len(frozen.cases) - 1
