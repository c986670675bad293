from __future__ import annotations

import pytest

from annual_review.domain.figures import FIRST_REVISION
from annual_review.domain.letters import LetterState
from annual_review.services.approve_letters import ApprovalReport, NothingToApproveError
from annual_review.services.errors import ThrottledError
from annual_review.services.letters import Close, Move
from annual_review.services.prepare_letter import Preparation
from tests.builders import COUNTY, NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id, a_register
from tests.fakes.faults import Fault, Faults
from tests.worlds import AFTER_THE_YEAR, World

S = LetterState
LETTER = a_letter_id()


def a_world_with(state: LetterState = S.PREPARED) -> World:
    world = World()
    world.closes.add(Close(YEAR, FIRST_REVISION, "0" * 64, AFTER_THE_YEAR))
    world.put_letter(state)
    return world


def approve(world: World, *, dry_run: bool = False) -> ApprovalReport:
    return world.approve_letters().approve(YEAR, "a.reader", NOON, is_dry_run=dry_run)


def test_a_prepared_letter_is_approved_in_the_name_of_who_read_it() -> None:
    world = a_world_with(S.PREPARED)

    assert approve(world) == ApprovalReport(approved=(LETTER,), left=())
    letter = world.letters.get(LETTER)
    assert letter.state is S.APPROVED
    assert (letter.history[-1].why, letter.since) == ("approved by a.reader", NOON)


@pytest.mark.parametrize("state", [each for each in S if each is not S.PREPARED])
def test_a_letter_in_any_other_state_is_left_and_reported(state: LetterState) -> None:
    world = a_world_with(state)

    assert approve(world) == ApprovalReport(approved=(), left=((LETTER, state),))
    assert world.state_of() is state


def test_a_dry_run_says_what_would_be_approved_and_approves_nothing() -> None:
    world = a_world_with(S.PREPARED)

    assert approve(world, dry_run=True).approved == (LETTER,)
    assert world.state_of() is S.PREPARED


def test_of_a_letter_that_was_replaced_only_the_later_one_is_approved() -> None:
    world = a_world_with(S.PREPARED)
    later = a_letter_id(revision=2)
    world.put_letter(S.PREPARED, letter=later)

    assert approve(world) == ApprovalReport((later,), ())
    assert world.state_of() is S.PREPARED


def test_a_year_that_is_not_closed_has_nothing_to_approve() -> None:
    with pytest.raises(NothingToApproveError, match="the year 2020 is not closed: close it first"):
        approve(World())


def test_a_letter_that_is_held_meanwhile_is_reported_as_held() -> None:
    world = a_world_with(S.PREPARED)

    def meanwhile() -> None:
        if slow.calls[-1:] == ["LawfulLetterStore.of_year"]:
            world.letters.move(LETTER, Move(S.HELD, NOON, "a person has doubts"), {S.PREPARED})

    slow = Faults(before_each=meanwhile)

    assert approve(world.under(slow)) == ApprovalReport(approved=(), left=((LETTER, S.HELD),))


def test_approving_again_after_a_failure_approves_the_rest() -> None:
    world = a_world_with(S.PREPARED)
    world.put_letter(S.PREPARED, OTHER_DISTRICT)
    second_move = 3

    with pytest.raises(ThrottledError):
        approve(world.under(Faults({second_move: Fault(ThrottledError)})))
    assert approve(world).approved == (a_letter_id(OTHER_DISTRICT),)
    assert world.state_of(ROCHFORD) is world.state_of(OTHER_DISTRICT) is S.APPROVED


def test_an_approved_letter_is_not_prepared_anew() -> None:
    world = World(register=a_register(COUNTY))
    world.close()
    world.prepare(COUNTY)
    approve(world)
    world.renderer.wording = "second wording"

    assert world.prepare(COUNTY) is Preparation.TOO_LATE
