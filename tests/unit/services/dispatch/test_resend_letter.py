"""Sending again is a person's act; and settling comes before it where nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import ENDS_WITHIN, NOT_ARRIVED, Act, Dispatch, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.resend_letter import NotResentError
from annual_review.services.dispatch.send_letter import Sending
from annual_review.services.dispatch.settle_letter import NotSettledError, Settlement
from annual_review.services.errors import ThrottledError
from annual_review.services.letters.letter import (
    Letter,
    Move,
)
from annual_review.services.letters.prepare_letter import Preparation
from tests.builders import NOON, ROCHFORD, YEAR, a_letter_id, a_recipient
from tests.fakes.faults import Fault, Faults
from tests.fakes.scheduler import interleave
from tests.worlds import ISSUE_DATE, World

S = LetterState
LETTER = a_letter_id()
AGAIN = replace(LETTER, dispatch=Dispatch(2))
ACT = Act("a.person", NOON, "it never came")
ELSEWHERE = EmailAddress("new.chief@rochford.example")
ENDED = {S.DELIVERED, S.BOUNCED, S.COMPLAINED, S.REJECTED}


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


def plan(
    world: World, *, later: timedelta = timedelta(0), to: EmailAddress | None = None
) -> Letter:
    act = replace(ACT, at=NOON + later)
    return world.resend_letter().plan(YEAR, ROCHFORD, act, to)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_a_letter_that_has_ended_is_sent_again_as_a_letter_of_its_own(state: LetterState) -> None:
    world = a_world_with(state)

    again = plan(world)

    assert again.id == AGAIN
    assert (again.state, again.figures_sha256) == (
        S.PLANNED,
        world.letters.get(LETTER).figures_sha256,
    )
    assert list(world.to_prepare.take()) == [AGAIN]
    assert world.state_of() is state
    assert world.letters.get(LETTER).history[-1].why == (
        "sent again as 2020-1x2-E07000075, asked by a.person: it never came"
    )


def test_it_is_approved_for_its_bytes_in_the_name_of_who_asked_and_sent_once() -> None:
    world = a_world_with(S.BOUNCED)
    plan(world, to=ELSEWHERE)
    assert world.prepare_letter().prepare(AGAIN, NOON) is Preparation.PREPARED
    prepared = world.letters.get(AGAIN)
    assert prepared.recipients == (ELSEWHERE,)

    approved = world.resend_letter().release(prepared, "a.person", NOON)

    assert approved.is_approved
    assert approved.history[-1].why == "approved by a.person, who asked for it"
    for letter in [*world.to_send.take()] * 2:
        world.send_letter(approval_required=True).send(letter, NOON)
    assert [letter for letter, _ in world.mailer.calls] == [AGAIN]
    assert world.letters.get(AGAIN).state is S.ACCEPTED


def test_it_keeps_its_mailbox_when_it_is_prepared_again_and_its_copies_are_the_registers() -> None:
    world = a_world_with(S.BOUNCED)
    plan(world, to=ELSEWHERE)
    world.directory.receiving = {ROCHFORD: a_recipient(copies=["link@rochford.example", ELSEWHERE])}

    world.prepare_letter().prepare(AGAIN, NOON)
    world.renderer.wording = "second wording"
    world.prepare_letter().prepare(AGAIN, NOON)

    assert world.letters.get(AGAIN).recipients == (ELSEWHERE, "link@rochford.example")
    [*_, facts] = world.renderer.rendered
    assert facts.recipient.email == ELSEWHERE


def test_the_letters_day_does_not_take_another_mailbox_for_a_changed_recipient() -> None:
    world = a_world_with(S.BOUNCED)
    plan(world, to=ELSEWHERE)
    world.prepare_letter().prepare(AGAIN, NOON)
    world.approve_letters().approve(YEAR, ACT)
    assert NOON.date() == ISSUE_DATE

    assert world.release_letters(approval_required=True).release(YEAR, NOON).done == (AGAIN,)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (S.UNKNOWN, "settle it first"),
        (S.CLAIMED, "is being sent"),
        (S.ACCEPTED, "wait 72 hours"),
        (S.PLANNED, "was never sent"),
        (S.PREPARED, "was never sent"),
        (S.HELD, "was never sent"),
        (S.APPROVED, "was never sent"),
        (S.FAILED, "was never sent"),
    ],
)
def test_what_may_yet_arrive_or_was_never_sent_is_not_sent_again(
    state: LetterState, told: str
) -> None:
    world = a_world_with(state)

    with pytest.raises(NotResentError, match=told):
        plan(world)
    assert len(world.letters.of_year(YEAR)) == 1


def test_an_accepted_letter_of_which_nothing_is_heard_is_sent_again_after_three_days() -> None:
    world = a_world_with(S.ACCEPTED)

    with pytest.raises(NotResentError):
        plan(world, later=ENDS_WITHIN)
    assert plan(world, later=ENDS_WITHIN + timedelta(seconds=1)).id == AGAIN


def test_a_letter_is_sent_again_as_often_as_a_person_asks() -> None:
    world = a_world_with(S.BOUNCED)
    plan(world)
    second = world.letters.get(AGAIN)
    world.letters._letters[AGAIN] = replace(second, state=S.BOUNCED)

    assert plan(world).id.tag == "2020-1x3-E07000075"


@pytest.mark.parametrize("seed", range(30))
def test_of_two_operators_who_ask_at_once_one_makes_it(seed: int) -> None:
    world = a_world_with(S.BOUNCED)
    refused: list[str] = []

    def asking(by: str) -> Callable[[Callable[[], None]], None]:
        def ask(pause: Callable[[], None]) -> None:
            service = world.under(Faults(before_each=pause)).resend_letter()
            try:
                service.plan(YEAR, ROCHFORD, replace(ACT, by=by))
            except NotResentError as error:
                refused.append(str(error))

        return ask

    interleave(seed, asking("one"), asking("other"))

    assert len(refused) == 1
    assert len(world.letters.of_year(YEAR)) == 2
    assert list(world.to_prepare.take()) == [AGAIN]


def test_what_ended_between_planning_and_asking_is_prepared_as_any_letter() -> None:
    world = a_world_with(S.BOUNCED)
    with pytest.raises(ThrottledError):
        plan(world.under(Faults({6: Fault(ThrottledError)})))
    assert len(world.to_prepare) == 0

    assert world.prepare_again().request(YEAR, NOON, [ROCHFORD]).done == (AGAIN,)
    with pytest.raises(NotResentError, match="was never sent, it is planned"):
        plan(world)


def test_bytes_that_changed_after_the_person_asked_are_not_sent_in_their_name() -> None:
    world = a_world_with(S.BOUNCED)
    plan(world)
    world.prepare_letter().prepare(AGAIN, NOON)
    prepared = world.letters.get(AGAIN)
    world.renderer.wording = "second wording"
    world.prepare_letter().prepare(AGAIN, NOON)

    with pytest.raises(NotResentError, match="is prepared by now"):
        world.resend_letter().release(prepared, "a.person", NOON)
    assert len(world.to_send) == 0


def test_without_anybody_to_receive_it_nothing_is_made() -> None:
    world = a_world_with(S.BOUNCED)
    world.directory.receiving = {}

    with pytest.raises(NotResentError, match="load the register"):
        plan(world)
    assert len(world.letters.of_year(YEAR)) == 1


def test_a_letter_that_a_person_found_not_to_be_accepted_is_sent_again_and_not_prepared_again() -> (
    None
):
    world = a_world_with(S.UNKNOWN)

    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.NOT_ACCEPTED, ACT)

    assert settled.state is S.FAILED
    assert settled.history[-1].why == "settled as not-accepted by a.person: it never came"
    assert world.prepare() is Preparation.TOO_LATE
    assert world.prepare_again().request(YEAR, NOON).left[0].why == "settled as not sent: resend it"
    assert plan(world).id == AGAIN


def test_a_letter_that_a_person_found_to_be_accepted_may_still_bounce() -> None:
    world = a_world_with(S.UNKNOWN)

    settled = world.settle_letter().settle(YEAR, ROCHFORD, Settlement.ACCEPTED, ACT)

    assert settled.state is S.ACCEPTED
    assert world.send_letter().send(LETTER, NOON) is Sending.ALREADY


@pytest.mark.parametrize("state", sorted(set(S) - {S.UNKNOWN}))
def test_only_an_unknown_letter_is_settled(state: LetterState) -> None:
    world = a_world_with(state)

    told = {
        S.CLAIMED: "wait",
        S.ACCEPTED: "settle it as delivered",
        S.COMPLAINED: "say spoken-to",
    }
    why = "did not arrive; send it again" if state in NOT_ARRIVED else told.get(state, "only one")
    with pytest.raises(NotSettledError, match=why) as refused:
        world.settle_letter().settle(YEAR, ROCHFORD, Settlement.ACCEPTED, ACT)
    assert world.state_of() is state
    command = refused.value.command
    assert (command is not None and command.name == "resend") is (state in NOT_ARRIVED)


def test_a_report_that_comes_while_a_person_settles_is_believed() -> None:
    world = a_world_with(S.UNKNOWN)

    def meanwhile() -> None:
        if slow.calls[-1:] == ["LawfulLetterStore.of_year"]:
            world.letters.move(world.letters.get(LETTER), Move(S.DELIVERED, NOON, "Delivery"))

    slow = Faults(before_each=meanwhile)

    with pytest.raises(NotSettledError, match="is delivered"):
        world.under(slow).settle_letter().settle(YEAR, ROCHFORD, Settlement.NOT_ACCEPTED, ACT)


def test_a_dry_run_settles_nothing() -> None:
    world = a_world_with(S.UNKNOWN)

    world.settle_letter().settle(YEAR, ROCHFORD, Settlement.ACCEPTED, ACT, is_dry_run=True)
    assert world.state_of() is S.UNKNOWN
