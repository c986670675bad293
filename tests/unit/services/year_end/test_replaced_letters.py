"""A letter that a re-issue replaces ends there: whatever others were about to do with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.domain.letters import Act, Dispatch, LetterState
from annual_review.services.dispatch.resend_letter import NotResentError
from annual_review.services.letters.prepare_letter import Preparation
from annual_review.services.year_end.propose_reissue import NotReissuedError
from tests.builders import ROCHFORD, YEAR, a_letter_id
from tests.fakes.faults import Faults
from tests.unit.services.letters import own_paragraphs
from tests.unit.services.year_end.reissues import (
    SECOND,
    SEPTEMBER,
    a_closed_world,
    corrected,
    propose,
    reissue,
    sent,
)
from tests.worlds import World

S = LetterState
OLD = a_letter_id()
ACT = Act("a.person", SEPTEMBER, "for a test")


def a_world_with(state: LetterState) -> World:
    return corrected(sent(a_closed_world(), state))


def reissued_before(call: int, world: World) -> World:
    """Return the world as it is reached by somebody who is overtaken before one of their calls."""

    def meanwhile() -> None:
        if len(slow.calls) == call:
            reissue(world, same_figures=True)

    slow = Faults(before_each=meanwhile)
    return world.under(slow)


def calls_of_preparing() -> int:
    faults = Faults()
    own_paragraphs.a_closed_world().under(faults).prepare()
    return len(faults.calls)


@pytest.mark.parametrize("call", range(calls_of_preparing()))
def test_a_late_preparation_keeps_nothing_that_would_hold_the_new_letter_up(call: int) -> None:
    world = own_paragraphs.a_closed_world()

    assert reissued_before(call, world).prepare() is Preparation.TOO_LATE
    assert world.paragraphs.of_year(YEAR) == ()
    assert world.state_of() is S.HELD

    world.prepare_letter().prepare(SECOND, SEPTEMBER)
    world.review_paragraphs().keep(own_paragraphs.ASKED, [own_paragraphs.LATE])
    world.prepare_letter().prepare(SECOND, SEPTEMBER)
    assert world.approve_letters().approve(YEAR, ACT, only=[ROCHFORD]).done == (SECOND,)


@pytest.mark.parametrize("call", range(1, 3))
def test_it_is_not_unheld(call: int) -> None:
    world = a_world_with(S.HELD)

    [left] = reissued_before(call, world).hold_letters().unhold(YEAR, [ROCHFORD], ACT).left

    assert (left.letter, left.why) == (OLD, "replaced by revision 2")
    assert world.state_of() is S.HELD


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (1, "replaced by revision 2"),
        (2, "somebody else has changed it in the meantime"),
        (3, "somebody else has changed it in the meantime"),
    ],
)
def test_it_is_not_approved(call: int, why: str) -> None:
    world = a_world_with(S.PREPARED)

    report = reissued_before(call, world).approve_letters().approve(YEAR, ACT, only=[ROCHFORD])

    assert [(each.letter, each.why) for each in report.left] == [(OLD, why)]
    assert world.state_of() is S.HELD


@pytest.mark.parametrize("call", range(1, 5))
def test_it_is_not_sent_again(call: int) -> None:
    world = a_world_with(S.BOUNCED)

    with pytest.raises(NotResentError):
        reissued_before(call, world).resend_letter().plan(YEAR, ROCHFORD, ACT)
    assert world.letters.find(replace(OLD, dispatch=Dispatch(2))) is None


@pytest.mark.parametrize("call", range(6))
def test_of_a_sender_and_a_reissue_that_was_read_before_one_wins(call: int) -> None:
    world = a_world_with(S.PLANNED)
    world.prepare()
    proposal = propose(world)
    told = False

    def meanwhile() -> None:
        nonlocal told
        if len(slow.calls) == call:
            try:
                world.reissue_letter().reissue(proposal, "a data analyst", SEPTEMBER)
            except NotReissuedError:
                told = True

    slow = Faults(before_each=meanwhile)
    world.under(slow).send_letter().send(OLD, SEPTEMBER)

    if call < len(slow.calls):
        assert told == bool(world.mailer.calls) == (world.letters.find(SECOND) is None)
