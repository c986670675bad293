"""Dead letters at the desk: read without harm, sent back, discarded, confirmed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from annual_review.adapters.aws import aws_clients, dead_letter_queue
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from tests.builders import ROCHFORD, a_message, a_register, an_upheld_decision
from tests.integration.desk.browsing import Person, words_of
from tests.integration.world import World

ROOM = "/2020/dead-letters"
DECISIONS = f"{ROOM}/decisions"
SOUND = a_message(an_upheld_decision("19-1")).body
UNKNOWN = a_message(an_upheld_decision("19-2", authority="E99999999")).body
HOSTILE = "<script>alert(1)</script>\x1b[2J"


def put(world: World, body: str, reason: str, queue: str = "decisions") -> None:
    dead = SqsDeadLetters(aws_clients.sqs(), world.urls[f"{queue}-dead"], lambda: world.documents)
    dead.put(a_message(body), reason)


def left(world: World) -> set[str]:
    return {letter.body for letter in world.dead_letters("decisions-dead")}


@pytest.fixture
def ids(deployed: World, ann: Person, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Three dead letters by their bodies: one of them would be recorded by now."""
    monkeypatch.setattr(dead_letter_queue, "WAIT_SECONDS", 0)
    deployed.knows(a_register(ROCHFORD), {})
    put(deployed, SOUND, "unknown_authority: E07000075")
    put(deployed, UNKNOWN, "unknown_authority: E99999999")
    put(deployed, HOSTILE, "not_json")
    return {each.body: each.id for each in ann.desk.system.dead_letters("decisions").queue.browse()}


def test_the_queues_are_counted_and_the_messages_listed_and_left_there(
    deployed: World, ann: Person, ids: dict[str, str]
) -> None:
    room = ann.read(ROOM)
    assert "decisions 3 prepare 0 send 0 delivery 0 schedules 0" in room
    assert "Dead letters of decisions" in room

    listed = ann.read(f"{DECISIONS}/messages")

    assert ids[UNKNOWN][:8] in listed
    assert "unknown_authority: E99999999" in listed
    assert "not_json: 1, unknown_authority: 2" in listed
    assert "Decision Recorded, case 19-2" in listed
    assert left(deployed) == set(ids)


def test_a_message_is_shown_escaped_with_what_reading_it_again_says(
    ann: Person, ids: dict[str, str]
) -> None:
    hostile = ann.open(f"{DECISIONS}/messages/{ids[HOSTILE]}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J" in hostile
    assert "<script>alert" not in hostile
    assert "<script>alert" not in ann.open(f"{DECISIONS}/messages").text

    sound = ann.open(f"{DECISIONS}/messages/{ids[SOUND]}")
    assert "It would not be rejected again." in words_of(sound)
    assert "  &#34;case_reference&#34;: &#34;19-1&#34;" in sound.text
    unknown = ann.read(f"{DECISIONS}/messages/{ids[UNKNOWN]}")
    assert "Read again now rejected again: unknown_authority: E99999999" in unknown
    assert "was not found" in ann.read(f"{DECISIONS}/messages/{ids[SOUND][:-1]}x")


def test_what_would_be_rejected_again_is_left_unless_a_person_forces_it(
    deployed: World, ann: Person, ids: dict[str, str]
) -> None:
    proposed = ann.send(f"{DECISIONS}/replay", which="reason:unknown_authority")
    shown = words_of(proposed)
    assert "Would be refused: 1. Would be replayed: 1." in shown
    assert "refused: rejected again: unknown_authority: E99999999" in shown
    assert "Replayed: 1." in ann.confirm(proposed)
    assert [each["Body"] for each in deployed.take("decisions")] == [SOUND]

    ann.confirm(ann.send(f"{DECISIONS}/replay", id=ids[UNKNOWN], force="yes"))
    assert [each["Body"] for each in deployed.take("decisions")] == [UNKNOWN]
    assert left(deployed) == {HOSTILE}


def test_a_message_that_somebody_else_discarded_is_not_discarded_twice(
    deployed: World, sit_down: Callable[[str], Person], ids: dict[str, str]
) -> None:
    ann, ben = sit_down("Ann"), sit_down("Ben")
    assert "Give a reason" in words_of(ann.send(f"{DECISIONS}/discard", id=ids[HOSTILE]))
    hers = ann.send(f"{DECISIONS}/discard", id=ids[HOSTILE], reason="a test of somebody")
    his = ben.send(f"{DECISIONS}/discard", id=ids[HOSTILE], reason="noise")
    assert "Discarded: 1." in ann.confirm(hers)

    late = ben.confirm(his)
    assert "This has changed since you looked, and nothing was done." in late
    assert f"{ids[HOSTILE]} was not found" in late
    [key] = [key for key in deployed.kept() if key.startswith("discarded/")]
    record = json.loads(deployed.documents.get(key))
    assert (record["discarded_by"], record["discarded_because"]) == ("Ann", "a test of somebody")
    assert left(deployed) == {SOUND, UNKNOWN}


def test_an_implausible_event_is_confirmed_by_name_and_no_other(
    deployed: World, ann: Person, ids: dict[str, str]
) -> None:
    far = a_message(an_upheld_decision("19-9", version=1_000_000)).body
    put(deployed, far, "implausible_version: 1000000")
    proposed = ann.send(
        f"{DECISIONS}/confirm", which="reason:implausible_version", reason="casework says so"
    )
    assert "Confirmed: 1." in ann.confirm(proposed)
    [sent] = deployed.take("decisions")
    assert sent["Body"] == far

    refused = ann.send(f"{DECISIONS}/confirm", id=ids[SOUND], reason="it looks right")
    assert "not implausible any more: replay it" in words_of(refused)
    assert "Would be refused: 1." in words_of(refused)


def test_failed_runs_are_shown_and_never_replayed(
    deployed: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letter_queue, "WAIT_SECONDS", 0)
    run = {
        "requestContext": {
            "functionArn": "arn:aws:lambda:eu-west-2:1:function:close-year",
            "condition": "RetriesExhausted",
        },
        "requestPayload": {"year": 2020},
    }
    put(deployed, json.dumps(run), "", "schedules")
    assert "Dead letters of schedules" in ann.read(ROOM)
    [letter] = ann.desk.system.dead_letters("schedules").queue.browse()
    shown = ann.read(f"{ROOM}/schedules/messages/{letter.id}")
    assert "close-year" in shown
    assert "can't be replayed" in shown
    for forced in ("", "yes"):
        refused = ann.send(f"{ROOM}/schedules/replay", which="all", force=forced)
        assert "can't be replayed" in words_of(refused)
    assert "Choose some messages" in words_of(ann.send(f"{ROOM}/schedules/discard", reason="done"))
