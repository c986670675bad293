"""Publication at the desk: seen before it is staged, approved by its name, public on its day."""

from __future__ import annotations

import pytest

from annual_review.domain.publication.history import PublicationState
from tests.builders import NOON
from tests.integration.desk.browsing import Person, words_of
from tests.integration.publishing import history, live, publish_ready
from tests.integration.world import World
from tests.publishing import ON_THE_DAY

ROOM = "/2020/publication"


@pytest.fixture
def editor(world: World, ann: Person) -> Person:
    publish_ready(world)
    return ann


def states(world: World) -> list[PublicationState]:
    return [step.state for step in history(world).get().steps]


def test_a_year_is_looked_at_staged_approved_and_published(world: World, editor: Person) -> None:
    looked = editor.send(f"{ROOM}/stage")
    editor.desk.acts.wait()
    assert "This is what the public would get." in editor.read(looked.url.path)
    assert states(world) == []

    assert "It is staged." in editor.confirm(looked)
    act = editor.desk.acts.get(looked.url.path.removeprefix("/acts/"))
    assert act
    assert act.done == act.all > 1
    (step,) = history(world).get().steps
    approved = editor.send(f"{ROOM}/approve", publication=step.publication, reason="looked at")
    assert "it goes live automatically on 29 July 2020" in words_of(approved)
    assert states(world) == [PublicationState.STAGED]
    assert "It is approved" in editor.confirm(approved)

    editor.desk.clock = lambda: NOON
    early = editor.send(f"{ROOM}/publish")
    assert "published on 2020-07-29" in words_of(early)
    assert live() == {}

    editor.desk.clock = lambda: ON_THE_DAY
    proposed = editor.send(f"{ROOM}/publish")
    assert "This would be public." in words_of(proposed)
    assert live() == {}
    assert "It is public." in editor.confirm(proposed)
    assert live()
    assert {step.by for step in history(world).get().steps} == {"Ann"}

    assert "Public now: publication" in editor.read(ROOM)
    standing = editor.read("/2020/standing")
    assert "figures and letters are public" in standing
    assert "on their way again" not in standing


def test_what_was_public_before_comes_back_for_a_reason(world: World, editor: Person) -> None:
    editor.desk.clock = lambda: ON_THE_DAY
    for act in ("stage", "approve", "publish"):
        steps = history(world).get().steps
        name = steps[-1].publication if steps else ""
        proposed = editor.send(f"{ROOM}/{act}", publication=name)
        editor.desk.acts.wait()
        editor.confirm(proposed)
    back = {"publication": history(world).get().steps[-1].publication}

    assert "Give a reason" in words_of(editor.send(f"{ROOM}/back", **back))
    proposed = editor.send(f"{ROOM}/back", **back, reason="for a test")
    assert "It is already public." in words_of(proposed)
