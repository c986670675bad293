"""An act at the desk: shown first, done once, and refused where somebody else was quicker."""

from __future__ import annotations

from collections.abc import Callable

from annual_review.domain.letters import LetterState
from tests.builders import ROCHFORD, YEAR
from tests.integration.desk.browsing import Person, words_of
from tests.integration.world import World, a_closed_year

_HOLD = "/2020/letters/hold"


def state_of(world: World) -> LetterState:
    (letter,) = world.letters.of_year(YEAR)
    return letter.state


def test_an_act_is_shown_first_then_done_once(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    proposed = ann.send(_HOLD, authority=ROCHFORD, reason="asked for by the chief executive")
    assert "1 letter would be held." in words_of(proposed)
    assert "Reason, which is kept: asked for by the chief executive" in words_of(proposed)
    assert state_of(world) is LetterState.PLANNED

    page = ann.confirm(proposed)
    assert "1 letter held." in page
    (letter,) = world.letters.of_year(YEAR)
    assert letter.history[-1].why == "held by Ann: asked for by the chief executive"

    assert ann.confirm(proposed) == page, "a second press finds it done"
    assert [*world.letters.of_year(YEAR)] == [letter]


def test_an_act_that_somebody_else_did_first_is_shown_again_and_not_done(
    world: World, sit_down: Callable[[str], Person]
) -> None:
    a_closed_year(world, ROCHFORD)
    ann, ben = sit_down("Ann"), sit_down("Ben")
    hers = ann.send(_HOLD, authority=ROCHFORD, reason="doubts")
    his = ben.send(_HOLD, authority=ROCHFORD, reason="doubts, too")
    assert "1 letter held." in ann.confirm(hers)

    page = ben.confirm(his)
    assert "This has changed since you looked, and nothing was done." in page
    assert "No letter would be held." in page
    (letter,) = world.letters.of_year(YEAR)
    assert letter.history[-1].why == "held by Ann: doubts"


def test_an_act_that_wants_a_reason_is_refused_without_one(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    refused = ann.send(_HOLD, authority=ROCHFORD, reason=" . ")
    assert "Give a reason" in words_of(refused)
    assert state_of(world) is LetterState.PLANNED
