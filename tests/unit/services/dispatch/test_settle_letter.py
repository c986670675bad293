"""A person settles what the system can't know: a sender died, or a letter came unreported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import Act, Dispatch, LetterState
from annual_review.services.dispatch.send_letter import CLAIM_LASTS
from annual_review.services.dispatch.settle_letter import NotSettledError, Settlement
from annual_review.services.letters.letter import Move
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.prepare_letter import Preparation
from tests.builders import NOON, ROCHFORD, YEAR, a_letter_id
from tests.fakes.faults import Faults
from tests.worlds import World

S = LetterState
LETTER = a_letter_id()
AGAIN = replace(LETTER, dispatch=Dispatch(2))
ACT = Act("a.person", NOON, "asked them")
LATE = replace(ACT, at=NOON + CLAIM_LASTS + timedelta(seconds=1))


def a_world_with(state: LetterState) -> World:
    """A closed year whose one letter is in a state."""
    world = World()
    world.close()
    list(world.to_prepare.take())
    planned = world.letters.get(LETTER)
    world.letters._letters[LETTER] = replace(
        planned,
        state=state,
        attempts=1,
        history=(replace(planned.history[0], state=state, at=NOON),),
    )
    return world


def test_a_letter_whose_sender_died_is_settled_though_its_request_was_lost() -> None:
    world = a_world_with(S.CLAIMED)

    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.NOT_ACCEPTED, LATE)

    assert settled.state is S.FAILED
    assert [each.state for each in settled.history] == [S.CLAIMED, S.UNKNOWN, S.FAILED]
    # It may have been sent for all that anybody knew: nothing but a new dispatch goes out.
    assert world.prepare_letter().prepare(LETTER, LATE.at) is Preparation.TOO_LATE
    again = world.resend_letter().plan(YEAR, ROCHFORD, LATE)
    assert again.id == AGAIN


def test_a_sender_that_lives_after_all_is_believed() -> None:
    world = a_world_with(S.CLAIMED)

    def meanwhile() -> None:
        if slow.calls[-1:] == ["LawfulLetterStore.of_year"]:
            world.letters.move(world.letters.get(LETTER), Move(S.ACCEPTED, NOON, "accepted"))

    slow = Faults(before_each=meanwhile)

    with pytest.raises(NotSettledError, match="is accepted"):
        world.under(slow).settle_letter().settle(YEAR, ROCHFORD, Settlement.NOT_ACCEPTED, LATE)
    assert world.state_of() is S.ACCEPTED


@pytest.mark.parametrize("state", [S.UNKNOWN, S.ACCEPTED])
def test_a_letter_that_came_without_a_report_comes_to_its_end(state: LetterState) -> None:
    world = a_world_with(state)

    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.DELIVERED, ACT)

    assert settled.state is S.DELIVERED
    assert settled.history[-1].why == "settled as delivered by a.person: asked them"


@pytest.mark.parametrize("state", sorted(set(S) - {S.UNKNOWN, S.ACCEPTED}))
def test_no_other_letter_is_said_to_have_come(state: LetterState) -> None:
    world = a_world_with(state)

    with pytest.raises(NotSettledError):
        world.settle_letter().settle(YEAR, ROCHFORD, Settlement.DELIVERED, ACT)


def test_a_complaint_is_settled_by_whoever_spoke_to_the_reader_and_stays_a_complaint() -> None:
    world = a_world_with(S.COMPLAINED)

    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.SPOKEN_TO, ACT)

    assert settled.state is S.COMPLAINED
    assert settled.history[-1].why == "settled as spoken-to by a.person: asked them"
    assert settled.history[-1].kind is EventKind.SETTLED


@pytest.mark.parametrize("state", [S.FAILED, S.REJECTED, S.BOUNCED])
def test_what_did_not_arrive_is_dealt_with_and_stays_what_it_is(state: LetterState) -> None:
    world = a_world_with(state)

    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.DEALT_WITH, ACT)

    assert (settled.state, settled.is_dealt_with) == (state, True)
    assert settled.history[-1].why == "settled as dealt-with by a.person: asked them"


@pytest.mark.parametrize("state", sorted(set(S) - {S.FAILED, S.REJECTED, S.BOUNCED}))
def test_no_other_letter_is_dealt_with(state: LetterState) -> None:
    world = a_world_with(state)

    with pytest.raises(NotSettledError):
        world.settle_letter().settle(YEAR, ROCHFORD, Settlement.DEALT_WITH, LATE)
    assert world.state_of() is state


def test_a_letter_that_could_not_be_prepared_is_prepared_and_not_dealt_with() -> None:
    world = a_world_with(S.FAILED)
    world.letters._letters[LETTER] = replace(world.letters.get(LETTER), attempts=0)

    with pytest.raises(NotSettledError, match="could not be prepared"):
        world.settle_letter().settle(YEAR, ROCHFORD, Settlement.DEALT_WITH, ACT)


def test_a_letter_that_is_prepared_again_and_fails_again_is_not_dealt_with_any_more() -> None:
    world = a_world_with(S.FAILED)
    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.DEALT_WITH, ACT)

    planned = world.letters.move(settled, Move(S.PLANNED, NOON, "to be prepared again"))
    failed = world.letters.move(planned, Move(S.FAILED, NOON, "can't be printed"))

    assert not failed.is_dealt_with


@pytest.mark.parametrize("state", sorted(set(S) - {S.COMPLAINED}))
def test_of_no_other_letter_a_reader_was_spoken_to(state: LetterState) -> None:
    world = a_world_with(state)

    with pytest.raises(NotSettledError):
        world.settle_letter().settle(YEAR, ROCHFORD, Settlement.SPOKEN_TO, LATE)
    assert world.state_of() is state
