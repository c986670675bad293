from __future__ import annotations

import pytest

from annual_review.domain.letters import Act, LetterState
from annual_review.services.errors import ThrottledError
from annual_review.services.letters.letter import (
    Event,
    LettersDone,
    Move,
    NoLetterError,
)
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.prepare_letter import Preparation
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.fakes.faults import Fault, Faults
from tests.worlds import World

S = LetterState
LETTER = a_letter_id()
ACT = Act("a.reader", NOON, "a doubt")
HOLDABLE = {S.PLANNED, S.PREPARED, S.APPROVED, S.FAILED}


def a_world_with(state: LetterState) -> World:
    world = World()
    world.put_letter(state)
    return world


def hold(world: World, *, dry_run: bool = False) -> LettersDone:
    return world.hold_letters().hold(YEAR, [ROCHFORD], ACT, is_dry_run=dry_run)


def unhold(world: World, *, dry_run: bool = False) -> LettersDone:
    return world.hold_letters().unhold(YEAR, [ROCHFORD], ACT, is_dry_run=dry_run)


@pytest.mark.parametrize("state", sorted(HOLDABLE))
def test_whatever_is_not_on_its_way_yet_can_be_held(state: LetterState) -> None:
    world = a_world_with(state)

    assert hold(world) == LettersDone((LETTER,), ())
    held = Event(NOON, S.HELD, "held by a.reader: a doubt", EventKind.HELD, by="a.reader")
    assert world.letters.get(LETTER).history[-1] == held


@pytest.mark.parametrize("state", sorted(set(S) - HOLDABLE))
def test_what_is_held_sent_or_being_sent_is_left(state: LetterState) -> None:
    world = a_world_with(state)

    [left] = hold(world).left

    assert (left.state, left.why) == (state, f"it is {state.value}")
    assert len(world.letters.get(LETTER).history) == 1


def test_a_letter_that_was_settled_as_not_sent_is_not_held() -> None:
    world = a_world_with(S.UNKNOWN)
    world.letters.move(world.letters.get(LETTER), Move(S.FAILED, NOON, "settled"))

    assert hold(world).done == ()
    assert world.state_of() is S.FAILED


def test_a_letter_that_is_sent_meanwhile_is_reported_as_it_is_then() -> None:
    world = a_world_with(S.APPROVED)

    def meanwhile() -> None:
        if slow.calls[-1:] == ["LawfulLetterStore.of_year"]:
            world.letters.move(world.letters.get(LETTER), Move(S.CLAIMED, NOON, "sent"))

    slow = Faults(before_each=meanwhile)

    [left] = hold(world.under(slow)).left
    assert left.why == "it is claimed"


def test_a_letter_that_is_unheld_is_prepared_again_and_has_to_be_approved() -> None:
    world = World()
    world.close()
    list(world.to_prepare.take())
    world.prepare()
    world.approve_letters().approve(YEAR, ACT)
    hold(world)

    assert unhold(world) == LettersDone((LETTER,), ())

    assert world.state_of() is S.PLANNED
    assert list(world.to_prepare.take()) == [LETTER]
    assert world.prepare() is Preparation.PREPARED
    assert world.state_of() is S.PREPARED


def test_letting_go_again_after_a_failure_asks_for_what_was_not_asked_for() -> None:
    world = a_world_with(S.HELD)

    with pytest.raises(ThrottledError):
        unhold(world.under(Faults({2: Fault(ThrottledError)})))
    assert len(world.to_prepare) == 0
    unhold(world)

    assert list(world.to_prepare.take()) == [LETTER]


@pytest.mark.parametrize("state", [S.PREPARED, S.HELD])
def test_a_dry_run_changes_nothing(state: LetterState) -> None:
    world = a_world_with(state)

    assert (hold(world, dry_run=True).done == (LETTER,)) == (state is S.PREPARED)
    assert (unhold(world, dry_run=True).done == (LETTER,)) == (state is S.HELD)
    assert world.state_of() is state
    assert len(world.to_prepare) == 0


def test_an_authority_without_a_letter_is_named_and_nothing_is_held() -> None:
    world = a_world_with(S.PREPARED)

    with pytest.raises(NoLetterError, match=OTHER_DISTRICT):
        world.hold_letters().hold(YEAR, [ROCHFORD, OTHER_DISTRICT], ACT)
    assert world.state_of() is S.PREPARED


def test_who_lets_a_letter_go_does_not_undo_another_hold() -> None:
    world = a_world_with(S.HELD)

    def somebody_holds_it_again() -> None:
        if slow.calls[-1:] == ["InMemoryCloseStore.of_year"]:
            world.hold_letters().unhold(YEAR, [ROCHFORD], ACT)
            world.hold_letters().hold(YEAR, [ROCHFORD], ACT)

    slow = Faults(before_each=somebody_holds_it_again)
    report = world.under(slow).hold_letters().unhold(YEAR, [ROCHFORD], ACT)

    assert world.state_of() is S.HELD
    assert [each.why for each in report.left] == ["somebody else has held it again in the meantime"]
