"""People review paragraphs: every change is remembered, and in the letter before it can go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from annual_review.domain.letters import LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import Status
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import Move
from annual_review.services.review.review_paragraphs import ReviewError
from tests.advice import worded
from tests.builders import COUNTY, YEAR, a_letter_id
from tests.fakes.faults import Faults
from tests.unit.services.letters.own_paragraphs import (
    ANN,
    ASKED,
    LATE,
    OURS,
    a_closed_world,
    unreviewed,
)
from tests.worlds import World


def test_every_change_asks_for_the_letter_again_and_is_remembered() -> None:
    world = a_closed_world()
    world.prepare()

    world.review_paragraphs().edit(ASKED, LATE, "Better.")
    world.review_paragraphs().remove(ASKED, LATE, "told by telephone")
    done = world.review_paragraphs().add(ASKED, Family.LATE_ANSWERS, "Slow.")

    assert list(world.to_prepare.take()) == [a_letter_id()] * 3
    paragraph = done.after.get(LATE)
    assert [(each.by, each.what.value) for each in paragraph.history] == [
        ("figures of revision 1", "proposed"),
        ("Ann", "edited"),
        ("Ann", "removed"),
    ]
    assert done.after.texts(with_unreviewed=False) == ("Slow.",)


def test_a_dry_run_shows_the_change_and_makes_none() -> None:
    world = a_closed_world()
    world.prepare()
    before = world.paragraphs.of_year(YEAR)

    done = world.review_paragraphs().edit(replace(ASKED, is_dry_run=True), LATE, "Better.")

    assert done.after.get(LATE).text == "Better."
    assert world.paragraphs.of_year(YEAR) == before
    assert not list(world.to_prepare.take())


def just_before_the_write(world: World, act: Callable[[], object]) -> World:
    """Return the world as it is reached by somebody before whose first write another acts."""
    acts = [act]

    class Late(Faults):
        def call(self, name: str, method: Callable[..., object], *args: object) -> object:
            if name == "InMemoryParagraphStore.put" and acts:
                acts.pop()()
            return super().call(name, method, *args)

    return world.under(Late())


def test_of_two_who_change_at_once_the_second_is_told() -> None:
    world = a_closed_world()
    world.prepare()
    slow = just_before_the_write(world, lambda: world.review_paragraphs().keep(ASKED, [LATE]))

    with pytest.raises(ReviewError, match="at the same time"):
        slow.review_paragraphs().edit(ASKED, LATE, "Overwritten.")

    (kept,) = world.paragraphs.of_year(YEAR)
    assert kept.get(LATE).status is Status.KEPT


def test_who_names_the_version_they_read_is_told_of_a_later_one() -> None:
    world = a_closed_world()
    world.prepare()
    (read,) = world.paragraphs.of_year(YEAR)
    slow = just_before_the_write(world, lambda: world.review_paragraphs().keep(ASKED, [LATE]))

    with pytest.raises(ReviewError, match="somebody changed them since you read them"):
        slow.review_paragraphs().edit(replace(ASKED, seen=read.version), LATE, "Mine.")
    assert world.paragraphs.of_year(YEAR)[0].get(LATE).status is Status.KEPT


@pytest.mark.parametrize("state", [LetterState.CLAIMED, LetterState.ACCEPTED])
def test_a_letter_on_its_way_is_left_alone(state: LetterState) -> None:
    world = a_closed_world()
    world.prepare()
    for each in dict.fromkeys((LetterState.CLAIMED, state)):
        world.letters.move(world.letters.get(a_letter_id()), Move(each, ANN.at, "for a test"))

    with pytest.raises(ReviewError, match="can't change any more: issue it again") as refused:
        world.review_paragraphs().keep(ASKED, [LATE])
    assert worded(refused.value.command) == 'reissue 2020 E07000075 --same-figures --reason "…"'
    assert unreviewed(world) == {OURS}


def test_a_letter_that_others_change_all_the_while_is_left_for_later() -> None:
    world = a_closed_world()
    world.prepare()

    def somebody_looks() -> None:
        if busy.calls[-1:] == ["InMemoryParagraphStore.get"]:
            letter = world.letters.get(a_letter_id())
            world.letters.move(letter, Move.note(letter, ANN.at, "looked at"))

    busy = Faults(before_each=somebody_looks)

    with pytest.raises(ConflictError, match="try again"):
        world.under(busy).review_paragraphs().keep(ASKED, [LATE])
    assert unreviewed(world) == {OURS}


def test_a_letter_that_is_not_prepared_or_not_there_is_told() -> None:
    world = a_closed_world()

    with pytest.raises(ReviewError, match="not prepared yet"):
        world.review_paragraphs().add(ASKED, Family.LATE_ANSWERS, "Slow.")
    with pytest.raises(ReviewError, match="has no letter of 2020"):
        world.review_paragraphs().keep(replace(ASKED, authority=COUNTY), [LATE])


def test_an_unknown_paragraph_is_told_and_nothing_is_prepared() -> None:
    world = a_closed_world()
    world.prepare()

    with pytest.raises(ReviewError, match="there are: late_remedies"):
        world.review_paragraphs().keep(ASKED, ["late"])
    assert not list(world.to_prepare.take())


def test_whoever_repeats_a_change_gets_the_letter_prepared() -> None:
    world = a_closed_world()
    world.prepare()
    world.review_paragraphs().keep(ASKED, [LATE])
    list(world.to_prepare.take())

    assert not world.review_paragraphs().keep(ASKED, [LATE]).is_changed
    assert list(world.to_prepare.take()) == [a_letter_id()]
