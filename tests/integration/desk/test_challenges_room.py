"""Challenges at the desk: written down, shown, answered once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annual_review.domain.publication.challenges import Challenge, Verdict
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR
from tests.integration.desk.browsing import Person, words_of
from tests.integration.world import World, a_closed_year

ROOM = "/2020/challenges"
FIRST = f"{ROOM}/{ROCHFORD}/1"
HOSTILE = "<script>alert(1)</script> is not ours."


@pytest.fixture
def year(deployed: World) -> World:
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    return deployed


def note(person: Person, authority: str = ROCHFORD) -> None:
    proposed = person.send(
        ROOM, authority=authority, objector="the chief executive's office", text=HOSTILE
    )
    assert "Nothing about the authority is published until" in words_of(proposed)
    assert "Challenge 1 of" in person.confirm(proposed)


def kept(person: Person) -> Challenge:
    (challenge,) = person.desk.system.challenges.of_year(YEAR)
    return challenge


@pytest.mark.usefixtures("year")
def test_a_challenge_is_noted_shown_escaped_and_answered(ann: Person) -> None:
    assert "No challenge is open." in ann.read(ROOM)
    note(ann)
    shown = ann.open(ROOM).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; is not ours." in shown
    assert "<script>alert" not in shown

    assert "Give a reason" in words_of(ann.send(FIRST, verdict="unchanged", reason=" . "))
    proposed = ann.send(FIRST, verdict="unchanged", reason="the case is theirs")
    assert "would be answered: unchanged." in words_of(proposed)
    assert kept(ann).is_open
    assert "Next: stage the publication again" in ann.confirm(proposed)

    answer = kept(ann).answer
    assert answer
    assert (answer.verdict, answer.by, answer.reason) == (
        Verdict.UNCHANGED,
        "Ann",
        "the case is theirs",
    )
    assert "unchanged (Ann, 2020-07-22): the case is theirs" in ann.read(ROOM)


@pytest.mark.usefixtures("year")
def test_of_two_answers_the_second_is_refused(sit_down: Callable[[str], Person]) -> None:
    ann, ben = sit_down("Ann"), sit_down("Ben")
    note(ann)
    hers, his = (each.send(FIRST, verdict="unchanged", reason="stands") for each in (ann, ben))
    ann.confirm(hers)
    assert f"{ROCHFORD} has no open challenge to 2020 of number 1" in ben.confirm(his)
    answer = kept(ann).answer
    assert answer
    assert answer.by == "Ann"


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("path", "form", "why"),
    [
        (ROOM, {"authority": ROCHFORD, "objector": "", "text": "x"}, "Say who objects"),
        (ROOM, {"authority": "nowhere", "objector": "x", "text": "x"}, "no authority has"),
        (ROOM, {"authority": "E09000001", "objector": "x", "text": "x"}, "has no letter of 2020"),
        (FIRST, {"reason": "x"}, "Say whether the figures stand"),
        (FIRST, {"verdict": "changed", "revision": "1"}, "Say whether the figures stand"),
        (FIRST, {"verdict": "changed", "revision": "2"}, "re-issues no letter of"),
    ],
)
def test_what_is_not_whole_is_refused(
    ann: Person, path: str, form: dict[str, str], why: str
) -> None:
    note(ann)
    assert why in words_of(ann.send(path, **form))
    assert kept(ann).is_open
