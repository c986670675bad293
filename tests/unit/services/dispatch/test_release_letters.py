from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import FIRST_REVISION
from annual_review.services.dispatch.release_letters import NotReleasedError
from annual_review.services.errors import ThrottledError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import LeftLetter, LettersDone, Move
from tests.advice import worded
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id, a_recipient, a_register
from tests.fakes.faults import Fault, Faults
from tests.worlds import AFTER_THE_YEAR, World

S = LetterState
ISSUE_DATE = datetime.fromisoformat("2020-07-22T00:00:00+01:00")
EVENING_BEFORE = datetime.fromisoformat("2020-07-21T23:59:59+01:00")


def a_world_with(state: LetterState = S.PREPARED) -> World:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.closes.add(Close(YEAR, FIRST_REVISION, "0" * 64, AFTER_THE_YEAR))
    world.put_letter(state)
    return world


def release(world: World, at: datetime = ISSUE_DATE, *, approval: bool = False) -> LettersDone:
    return world.release_letters(approval_required=approval).release(YEAR, at)


def test_prepared_letters_are_queued_on_the_letters_day() -> None:
    world = a_world_with(S.PREPARED)

    report = release(world)

    assert report.done == (a_letter_id(),)
    assert list(world.to_send.take()) == [a_letter_id()]


def test_before_the_letters_day_nothing_is_queued() -> None:
    world = a_world_with()

    with pytest.raises(NotReleasedError, match="are dated 2020-07-22: release them on that day"):
        release(world, EVENING_BEFORE)
    assert len(world.to_send) == 0


def test_a_year_that_is_not_closed_has_no_letters_to_release() -> None:
    with pytest.raises(
        NotReleasedError, match="the year 2020 is not closed: close it first"
    ) as refused:
        release(World())

    assert worded(refused.value.command) == "close 2020"


@pytest.mark.parametrize("state", S)
def test_with_approval_required_only_approved_letters_are_queued(state: LetterState) -> None:
    report = release(a_world_with(state), approval=True)

    assert bool(report.done) == (state is S.APPROVED)


@pytest.mark.parametrize("state", [each for each in S if each not in {S.PREPARED, S.APPROVED}])
def test_letters_that_may_not_go_are_reported_with_their_state(state: LetterState) -> None:
    world = a_world_with(state)

    report = release(world)

    [left] = report.left
    assert (report.done, left.letter, left.state) == ((), a_letter_id(), state)
    assert left.why
    assert len(world.to_send) == 0


def test_letters_that_may_go_are_not_kept_back_by_those_that_may_not() -> None:
    world = a_world_with(S.HELD)
    world.put_letter(S.APPROVED, OTHER_DISTRICT)

    assert release(world).done == (a_letter_id(OTHER_DISTRICT),)


def test_of_a_letter_that_was_replaced_only_the_later_one_is_released() -> None:
    world = a_world_with(S.PREPARED)
    later = a_letter_id(revision=2)
    world.put_letter(S.PREPARED, letter=later)

    assert release(world) == LettersDone((later,), ())


def test_of_several_dispatches_only_the_last_is_released() -> None:
    world = a_world_with(S.BOUNCED)
    again = replace(a_letter_id(), dispatch=Dispatch(2))
    world.put_letter(S.PREPARED, letter=again)

    assert release(world) == LettersDone((again,), ())


def test_releasing_twice_queues_a_letter_twice_and_sends_it_once() -> None:
    world = a_world_with(S.PREPARED)
    release(world)
    release(world)

    for letter in world.to_send.take():
        world.send_letter().send(letter, ISSUE_DATE)

    assert [letter for letter, _ in world.mailer.calls] == [a_letter_id(ROCHFORD)]


def test_a_release_that_could_not_queue_everything_says_so() -> None:
    world = a_world_with().under(Faults({4: Fault(ThrottledError)}))

    with pytest.raises(ThrottledError):
        release(world)


def test_releasing_after_the_letters_were_sent_queues_nothing() -> None:
    world = a_world_with(S.PREPARED)
    release(world)
    for letter in world.to_send.take():
        world.send_letter().send(letter, ISSUE_DATE)

    assert release(world).left == (LeftLetter(a_letter_id(), S.ACCEPTED, "sent already"),)


def test_only_the_letters_that_are_named_are_released() -> None:
    world = a_world_with(S.PREPARED)
    world.put_letter(S.PREPARED, OTHER_DISTRICT)

    report = world.release_letters().release(YEAR, ISSUE_DATE, [OTHER_DISTRICT])

    assert report == LettersDone((a_letter_id(OTHER_DISTRICT),), ())


def test_a_dry_run_says_what_would_be_queued_and_queues_nothing() -> None:
    world = a_world_with(S.PREPARED)

    report = world.release_letters().release(YEAR, ISSUE_DATE, is_dry_run=True)

    assert report.done == (a_letter_id(),)
    assert len(world.to_send) == 0


@pytest.mark.parametrize(
    "receiving",
    [{}, {ROCHFORD: a_recipient(email="new.chief@rochford.example")}],
    ids=["gone", "another"],
)
def test_a_letter_to_somebody_who_does_not_receive_it_any_more_is_left(
    receiving: dict[AuthorityCode, Recipient],
) -> None:
    world = a_world_with(S.APPROVED)
    world.directory.receiving = receiving

    [left] = release(world, approval=True).left

    assert left.why == "recipient changed: prepare it again"
    assert len(world.to_send) == 0


def test_an_approval_of_other_bytes_releases_nothing() -> None:
    world = a_world_with(S.APPROVED)
    forged = Move(S.APPROVED, ISSUE_DATE, "for a test", message_sha256="another")
    world.letters.move(world.letters.get(a_letter_id()), forged)

    [left] = release(world, approval=True).left

    assert left.why == "it is not the message that was approved: prepare it again"
