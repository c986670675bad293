from __future__ import annotations

import pytest

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import Act, LetterId, LetterState
from annual_review.domain.reporting_year import FIRST_REVISION
from annual_review.services.dispatch.approve_letters import (
    NothingToApproveError,
    ReadLetter,
)
from annual_review.services.errors import ThrottledError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import (
    LeftLetter,
    LettersDone,
    Move,
    NoLetterError,
)
from tests.advice import worded
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
)
from tests.fakes.faults import Fault, Faults
from tests.unit.services.letters import own_paragraphs
from tests.worlds import AFTER_THE_YEAR, World

S = LetterState
LETTER = a_letter_id()


def a_world_with(state: LetterState = S.PREPARED) -> World:
    world = World()
    world.closes.add(Close(YEAR, FIRST_REVISION, "0" * 64, AFTER_THE_YEAR))
    world.put_letter(state)
    return world


def approve(world: World, *, dry_run: bool = False) -> LettersDone:
    return world.approve_letters().approve(YEAR, Act("a.reader", NOON), is_dry_run=dry_run)


def test_a_prepared_letter_is_approved_in_the_name_of_who_read_it() -> None:
    world = a_world_with(S.PREPARED)

    assert approve(world) == LettersDone(done=(LETTER,), left=())
    letter = world.letters.get(LETTER)
    assert letter.state is S.APPROVED
    assert (letter.history[-1].why, letter.since) == ("approved by a.reader", NOON)


@pytest.mark.parametrize("state", [each for each in S if each is not S.PREPARED])
def test_a_letter_in_any_other_state_is_left_and_reported(state: LetterState) -> None:
    world = a_world_with(state)

    assert approve(world) == LettersDone(
        done=(), left=(LeftLetter(LETTER, state, f"it is {state.value}"),)
    )
    assert world.state_of() is state


def test_a_dry_run_says_what_would_be_approved_and_approves_nothing() -> None:
    world = a_world_with(S.PREPARED)

    assert approve(world, dry_run=True).done == (LETTER,)
    assert world.state_of() is S.PREPARED


def test_of_a_letter_that_was_replaced_only_the_later_one_is_approved() -> None:
    world = a_world_with(S.PREPARED)
    later = a_letter_id(revision=2)
    world.put_letter(S.PREPARED, letter=later)

    assert approve(world) == LettersDone((later,), ())
    assert world.state_of() is S.PREPARED


def test_a_year_that_is_not_closed_has_nothing_to_approve() -> None:
    with pytest.raises(
        NothingToApproveError, match="the year 2020 is not closed: close it first"
    ) as refused:
        approve(World())

    assert worded(refused.value.command) == "close 2020"


def test_a_letter_that_is_held_meanwhile_is_reported_as_held() -> None:
    world = a_world_with(S.PREPARED)

    def meanwhile() -> None:
        if slow.calls[-1:] == ["LawfulLetterStore.of_year"]:
            world.letters.move(world.letters.get(LETTER), Move(S.HELD, NOON, "doubts"))

    slow = Faults(before_each=meanwhile)

    left = LeftLetter(LETTER, S.HELD, "somebody else has changed it in the meantime")
    assert approve(world.under(slow)) == LettersDone(done=(), left=(left,))


def test_approving_again_after_a_failure_approves_the_rest() -> None:
    world = a_world_with(S.PREPARED)
    world.put_letter(S.PREPARED, OTHER_DISTRICT)
    second_move = 4

    with pytest.raises(ThrottledError):
        approve(world.under(Faults({second_move: Fault(ThrottledError)})))
    assert approve(world).done == (a_letter_id(OTHER_DISTRICT),)
    assert world.state_of(ROCHFORD) is world.state_of(OTHER_DISTRICT) is S.APPROVED


def read(world: World) -> dict[LetterId, ReadLetter]:
    """What a person reads: the letters as they are now."""
    letters = world.letters.of_year(YEAR)
    return {each.id: ReadLetter(each.figures_sha256, each.message_sha256) for each in letters}


def prepare_other_bytes(world: World) -> None:
    move = Move(S.PREPARED, NOON, "rendered", message_sha256="another")
    world.letters.move(world.letters.get(LETTER), move)


def test_an_approval_is_one_of_the_bytes_that_lie_there() -> None:
    world = a_world_with(S.PREPARED)

    approve(world)

    letter = world.letters.get(LETTER)
    assert letter.is_approved
    assert letter.approved_sha256 == letter.message_sha256


def test_a_letter_that_is_another_than_the_one_that_was_read_is_not_approved() -> None:
    world = a_world_with(S.PREPARED)
    was_read = read(world)
    prepare_other_bytes(world)

    report = world.approve_letters().approve(YEAR, Act("a.reader", NOON), read=was_read)

    assert report.left == (LeftLetter(LETTER, S.PREPARED, "changed since it was read"),)
    assert world.state_of() is S.PREPARED


def test_a_letter_that_was_not_among_those_that_were_read_is_not_approved() -> None:
    world = a_world_with(S.PREPARED)
    was_read = read(world)
    world.put_letter(S.PREPARED, OTHER_DISTRICT)

    report = world.approve_letters().approve(YEAR, Act("a.reader", NOON), read=was_read)

    assert report.done == (LETTER,)
    [left] = report.left
    assert (left.letter.authority, left.why) == (
        OTHER_DISTRICT,
        "it is not among the letters that were read",
    )


def test_bytes_that_come_in_place_of_those_that_were_read_are_not_approved() -> None:
    world = a_world_with(S.PREPARED)

    def meanwhile() -> None:
        if slow.calls[-1:] == ["LawfulLetterStore.of_year"]:
            prepare_other_bytes(world)

    slow = Faults(before_each=meanwhile)

    assert approve(world.under(slow)).done == ()
    assert world.state_of() is S.PREPARED


def test_only_the_letters_that_are_named_are_approved() -> None:
    world = a_world_with(S.PREPARED)
    world.put_letter(S.PREPARED, OTHER_DISTRICT)

    report = world.approve_letters().approve(YEAR, Act("a.reader", NOON), only=[OTHER_DISTRICT])

    assert report == LettersDone((a_letter_id(OTHER_DISTRICT),), ())
    assert world.state_of(ROCHFORD) is S.PREPARED


def test_an_authority_that_has_no_letter_is_named() -> None:
    with pytest.raises(NoLetterError, match=f"no letter of {OTHER_DISTRICT}"):
        a_world_with().approve_letters().approve(
            YEAR, Act("a.reader", NOON), only=[ROCHFORD, OTHER_DISTRICT]
        )


def test_a_letter_with_a_paragraph_that_nobody_has_reviewed_is_left() -> None:
    world = World(register=a_register(ROCHFORD))
    world.record(a_compliance_outcome(outcome=ComplianceOutcome.LATE))
    world.close()
    world.prepare()

    [left] = approve(world).left
    assert left.why == "a proposed paragraph of it is not reviewed yet"
    assert world.state_of() is S.PREPARED


@pytest.mark.parametrize("call", range(4))
def test_a_paragraph_that_comes_while_letters_are_approved_is_not_approved_unseen(
    call: int,
) -> None:
    world = own_paragraphs.a_closed_world(ComplianceOutcome.ON_TIME)
    world.prepare()

    def somebody_loads_a_note() -> None:
        if len(slow.calls) == call:
            own_paragraphs.load(world, own_paragraphs.NOTE)
            own_paragraphs.prepare_queued(world)

    slow = Faults(before_each=somebody_loads_a_note)

    report = world.under(slow).approve_letters().approve(YEAR, Act("a.reader", NOON))
    assert LETTER not in report.done
    assert world.state_of() is S.PREPARED
