"""Whoever changes what a letter is made from, and is not told otherwise, sees it in the letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.own_performance import Family
from annual_review.services.dispatch.send_letter import Sending
from annual_review.services.letters.register.changed_entries import Entries
from annual_review.services.review.review_paragraphs import ReviewError
from tests.builders import NOON, ROCHFORD, YEAR, a_letter_id, a_recipient
from tests.fakes.faults import CRASHES, Fault, Faults, ProcessDiedError
from tests.unit.services.letters.own_paragraphs import ASKED, NOTE, a_closed_world, load
from tests.worlds import World

S = LetterState
LETTER = a_letter_id()
ACT = Act("a.person", NOON)
NEW = a_recipient(email="new.chief@rochford.example")


@dataclass(frozen=True)
class Change:
    """A change: how it is made, which says whether it was taken, and whether it is kept."""

    name: str
    make: Callable[[World], bool]
    is_kept: Callable[[World], bool]

    def __str__(self) -> str:
        return self.name


def _add_a_paragraph(world: World) -> bool:
    try:
        world.review_paragraphs().add(ASKED, Family.EARLIER_YEARS, "My words.")
    except ReviewError:
        return False
    return True


def _change_the_recipient(world: World) -> bool:
    report = world.load_register().load(Entries({}, {ROCHFORD: NEW}), [YEAR], ACT)
    return not report.too_late


CHANGES = [
    Change("paragraph", _add_a_paragraph, lambda world: bool(world.paragraphs.of_year(YEAR))),
    Change(
        "note",
        lambda world: not load(world, NOTE).too_late,
        lambda world: bool(world.paragraphs.notes(YEAR, ROCHFORD)),
    ),
    Change(
        "recipient",
        _change_the_recipient,
        lambda world: world.directory.recipient(ROCHFORD) == NEW,
    ),
]
PREPARE = Change(
    "prepare",
    lambda world: not world.prepare_again().request(YEAR, NOON, [ROCHFORD]).left,
    lambda world: world.state_of() is S.PLANNED,
)


def an_approved_world() -> World:
    world = a_closed_world(ComplianceOutcome.ON_TIME)
    world.prepare()
    assert world.approve_letters().approve(YEAR, ACT, only=[ROCHFORD]).done == (LETTER,)
    return world


def send(world: World) -> Sending:
    return world.send_letter(approval_required=True).send(LETTER, NOON)


@pytest.mark.parametrize("change", [*CHANGES, PREPARE], ids=str)
def test_a_request_to_send_that_waits_sends_nothing_after_a_change(change: Change) -> None:
    world = an_approved_world()
    world.release_letters(approval_required=True).release(YEAR, NOON, [ROCHFORD])

    assert change.make(world)

    assert [send(world) for _ in world.to_send.take()] == [Sending.ALREADY]
    assert world.state_of() is S.PLANNED
    assert (world.letters.get(LETTER).approved_sha256 is None) == (change is not PREPARE)
    assert LETTER in set(world.to_prepare.take())


@pytest.mark.parametrize("crash", CRASHES, ids=str)
@pytest.mark.parametrize("call", range(8))
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_and_the_end_of_the_approval_are_one_write(
    change: Change, call: int, crash: Fault
) -> None:
    world = an_approved_world()

    try:
        change.make(world.under(Faults({call: crash})))
    except ProcessDiedError:
        assert change.is_kept(world) == (world.state_of() is S.PLANNED)
        change.make(world)

    assert change.is_kept(world)
    assert world.state_of() is S.PLANNED
    assert LETTER in set(world.to_prepare.take())


@pytest.mark.parametrize("call", range(8))
@pytest.mark.parametrize("change", [*CHANGES, PREPARE], ids=str)
def test_of_a_change_and_a_sender_one_wins_and_the_other_is_told(change: Change, call: int) -> None:
    world = an_approved_world()

    def sender() -> None:
        if len(slow.calls) == call:
            send(world)

    slow = Faults(before_each=sender)
    is_made = change.make(world.under(slow))

    assert is_made != bool(world.mailer.calls)
