from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from annual_review.domain.letters import LetterState
from functions.track_delivery import handler
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, a_letter, a_letter_id
from tests.integration.conftest import Said
from tests.integration.mail_events import a_mail_event
from tests.integration.world import TABLE, FakeContext, World, bodies, handed_back

BOUNCE = a_mail_event("Bounce", "bounce", {"bounceType": "Permanent", "bounceSubType": "General"})


@pytest.fixture
def claimed(deployed: World) -> World:
    """A letter that is being sent."""
    deployed.letters.plan(a_letter(LetterState.CLAIMED))
    return deployed


def track(*events: Mapping[str, Any] | str) -> list[str]:
    return handed_back(handler.lambda_handler(bodies(*events), FakeContext()))


def state(world: World, code: str = ROCHFORD) -> LetterState:
    return world.letters.get(a_letter_id(code)).state


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["Send"], LetterState.ACCEPTED),
        (["Send", "Delivery"], LetterState.DELIVERED),
        (["Delivery", "Send"], LetterState.DELIVERED),
        (["Delivery", "Delivery"], LetterState.DELIVERED),
        (["Send", "Reject"], LetterState.REJECTED),
        (["Delivery", "Complaint"], LetterState.COMPLAINED),
        (["DeliveryDelay"], LetterState.ACCEPTED),
    ],
    ids=str,
)
def test_a_letter_moves_on_with_what_is_heard_of_it(
    claimed: World, events: list[str], expected: LetterState
) -> None:
    assert track(*(a_mail_event(name) for name in events)) == []

    assert state(claimed) is expected


def test_a_bounce_is_recorded_with_its_codes_even_after_a_delivery(
    claimed: World, said: Said
) -> None:
    track(a_mail_event("Delivery"))

    assert track(BOUNCE) == []

    letter = claimed.letters.get(a_letter_id())
    assert letter.state is LetterState.BOUNCED
    assert letter.message_id == "mail-1"
    assert letter.history[-1].why == "Bounce Permanent General"
    (line,) = said.lines("bounce")
    assert (line["letter"], line["done"]) == ("2020-1-E07000075", "bounced")
    assert said.counts == {"mail_delivery": 1, "mail_bounce": 1, "letters_bounced": 1}


def test_an_unknown_letter_is_settled_by_what_is_heard_of_it(deployed: World) -> None:
    deployed.letters.plan(a_letter(LetterState.UNKNOWN))

    track(a_mail_event("Send"))

    assert state(deployed) is LetterState.ACCEPTED


def test_a_letter_that_was_not_claimed_is_not_moved(deployed: World) -> None:
    deployed.letters.plan(a_letter(LetterState.PREPARED))

    assert track(a_mail_event("Delivery")) == []

    assert state(deployed) is LetterState.PREPARED


def test_events_that_join_no_letter_are_set_aside_and_the_others_tracked(claimed: World) -> None:
    claimed.letters.plan(a_letter(LetterState.CLAIMED, authority=OTHER_DISTRICT))
    untagged = a_mail_event("Send", tags={})
    unplanned = a_mail_event("Send", tag=f"2020-1-{COUNTY}")
    other = a_mail_event("Delivery", tag=f"2020-1-{OTHER_DISTRICT}")

    assert track(untagged, "not json", unplanned, other) == []

    assert state(claimed, OTHER_DISTRICT) is LetterState.DELIVERED
    reasons = {each.body: each.reason for each in claimed.dead_letters("decisions-dead")}
    assert reasons == {
        json.dumps(untagged): "no_letter_tag: detail.mail.tags.letter",
        "not json": "not_a_mail_event: message (json_invalid)",
        json.dumps(unplanned): "missing: there is no letter 2020-1-E10000012",
    }


def test_an_event_that_cannot_be_recorded_is_handed_back(
    claimed: World, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.setenv("TABLE_NAME", f"{TABLE}-gone")

    assert track(a_mail_event("Send"), "not json") == ["1"]

    (line,) = said.lines("failed")
    assert line["error"] == "RefusedError"
    assert state(claimed) is LetterState.CLAIMED
