"""A letter is prepared again: what was approved, held or read before the change."""

from __future__ import annotations

import pytest

from annual_review.domain.letters import Act, LetterState
from annual_review.services.documents import digest
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import (
    Move,
    NoLetterError,
)
from annual_review.services.letters.prepare_letter import Preparation
from tests.advice import worded
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id, a_register
from tests.fakes.faults import Faults
from tests.worlds import AFTER_THE_YEAR, World

S = LetterState
LETTER = a_letter_id()


def a_closed_world() -> World:
    world = World(register=a_register(ROCHFORD))
    world.close()
    return world


def hold(world: World) -> None:
    report = world.hold_letters().hold(YEAR, [ROCHFORD], Act("a.reader", NOON, "a doubt"))
    assert report.done == (LETTER,)


def approve(world: World) -> None:
    report = world.approve_letters().approve(YEAR, Act("a.reader", AFTER_THE_YEAR))
    assert report.done == (LETTER,)


def test_an_approved_letter_that_comes_out_the_same_stays_approved() -> None:
    world = a_closed_world()
    world.prepare()
    approve(world)
    before = world.letters.get(LETTER)

    assert world.prepare() is Preparation.UNCHANGED
    assert world.letters.get(LETTER) == before


def test_an_approved_letter_that_comes_out_as_another_has_to_be_read_again() -> None:
    world = a_closed_world()
    world.prepare()
    approve(world)
    world.renderer.wording = "second wording"

    assert world.prepare() is Preparation.PREPARED
    letter = world.letters.get(LETTER)
    assert letter.state is S.PREPARED
    assert letter.history[-1].why == "rendered again: it is not what was approved"
    world.renderer.wording = "first wording"
    world.prepare()
    assert not world.letters.get(LETTER).is_approved, "an approval that was lost came back"


@pytest.mark.parametrize(
    ("wording", "state"), [("first wording", S.APPROVED), ("second wording", S.PREPARED)]
)
def test_who_asks_for_an_approved_letter_again_has_to_read_it_again_if_it_is_another(
    wording: str, state: LetterState
) -> None:
    world = a_closed_world()
    world.prepare()
    approve(world)
    world.renderer.wording = wording

    assert world.prepare_again().request(YEAR, NOON).done == (LETTER,)
    assert not world.letters.get(LETTER).is_approved
    assert world.prepare() is Preparation.PREPARED

    assert world.state_of() is state
    assert world.letters.get(LETTER).is_approved == (state is S.APPROVED)


def test_an_approved_letter_that_can_no_longer_be_printed_is_not_sent() -> None:
    world = a_closed_world()
    world.prepare()
    approve(world)
    world.renderer.unprintable = {ROCHFORD}

    assert world.prepare() is Preparation.UNPRINTABLE
    assert world.state_of() is S.FAILED


@pytest.mark.parametrize("unprintable", [True, False])
def test_what_is_held_stays_held_whatever_comes_out(*, unprintable: bool) -> None:
    world = a_closed_world()
    world.prepare()
    hold(world)
    world.renderer.wording = "second wording"
    world.renderer.unprintable = {ROCHFORD} if unprintable else set()

    world.prepare()

    letter = world.letters.get(LETTER)
    assert letter.state is S.HELD
    assert letter.history[-1].why.startswith("the font lacks" if unprintable else "rendered")
    assert unprintable or b"second wording" in world.documents.get(letter.key("pdf"))


def test_a_letter_that_is_approved_while_other_bytes_are_rendered_has_to_be_read_again() -> None:
    world = a_closed_world()
    world.prepare()
    world.renderer.wording = "second wording"

    def meanwhile() -> None:
        first_document = slow.calls.count("InMemoryDocuments.put") == 1
        if first_document and world.state_of() is S.PREPARED:
            approve(world)

    slow = Faults(before_each=meanwhile)

    assert world.under(slow).prepare() is Preparation.PREPARED
    letter = world.letters.get(LETTER)
    assert [each.state for each in letter.history[-2:]] == [S.APPROVED, S.PREPARED]
    assert (
        letter.approved_sha256
        != letter.message_sha256
        == digest(world.documents.get(letter.key("eml")))
    )


def test_a_letter_that_others_change_all_the_while_is_prepared_later() -> None:
    world = a_closed_world()

    def meanwhile() -> None:
        if slow.calls[-1:] == ["InMemoryDocuments.put"]:
            letter = world.letters.get(LETTER)
            world.letters.move(letter, Move.note(letter, NOON, "looked at"))

    slow = Faults(before_each=meanwhile)

    with pytest.raises(ConflictError, match="prepare it again"):
        world.under(slow).prepare()
    assert world.prepare() is Preparation.PREPARED


def test_of_the_letters_of_a_year_those_that_were_not_sent_are_prepared_again() -> None:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.put_letter(S.APPROVED, ROCHFORD)
    world.put_letter(S.DELIVERED, OTHER_DISTRICT)

    request = world.prepare_again().request(YEAR, NOON)

    assert request.done == (LETTER,)
    [left] = request.left
    assert (left.letter, left.why) == (a_letter_id(OTHER_DISTRICT), "it is delivered")
    assert list(world.to_prepare.take()) == [LETTER]


def test_a_dry_run_asks_for_nothing() -> None:
    world = World()
    world.put_letter(S.PREPARED)

    assert world.prepare_again().request(YEAR, NOON, [ROCHFORD], is_dry_run=True).done == (LETTER,)
    assert len(world.to_prepare) == 0


def test_an_authority_without_a_letter_is_named() -> None:
    with pytest.raises(NoLetterError, match="no letter of E07000075"):
        World().prepare_again().request(YEAR, NOON, [ROCHFORD])


def test_a_year_without_letters_is_told() -> None:
    with pytest.raises(
        NoLetterError, match="the year 2020 has no letters: close it first"
    ) as refused:
        World().prepare_again().request(YEAR, NOON)

    assert worded(refused.value.command) == "close 2020"
