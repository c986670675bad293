"""A message has several mailboxes: what happens to a copy does not happen to the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.track_delivery import SesNotification, Tracking
from annual_review.services.letters.letter_history import MailEvent
from tests.builders import NOON, a_letter, a_letter_id
from tests.worlds import World

S, E = LetterState, MailEvent
LETTER = a_letter_id()
TO, CC, OTHER_CC = (
    EmailAddress(f"{each}@rochford.example") for each in ("chief", "link", "leader")
)


def notification(event: MailEvent, detail: str = "", *about: str) -> SesNotification:
    """Build an event about all mailboxes or about some."""
    at = NOON + timedelta(hours=1)
    return SesNotification(LETTER, event, at, "mail-1", detail, tuple(map(EmailAddress, about)))


def a_world_with_copies(state: LetterState) -> World:
    world = World()
    letter = a_letter(state, message_sha256="m")
    world.letters.plan(replace(letter, recipients=(TO, CC, OTHER_CC), attempts=1))
    return world


def whys(world: World) -> list[str]:
    return [each.why for each in world.letters.get(LETTER).history[1:]]


@pytest.mark.parametrize("event", [E.DELIVERY, E.BOUNCE, E.COMPLAINT, E.DELIVERY_DELAY])
def test_what_concerns_copies_alone_is_noted_and_moves_nothing(event: MailEvent) -> None:
    world = a_world_with_copies(S.ACCEPTED)
    about_copies = notification(event, "Permanent", CC.upper(), OTHER_CC)

    assert world.track_delivery().track(about_copies) is Tracking.NOTED
    assert world.track_delivery().track(about_copies) is Tracking.NOTHING_NEW

    assert world.state_of() is S.ACCEPTED
    assert whys(world) == [f"a copy: {event.value} Permanent"]


@pytest.mark.parametrize("before", [S.CLAIMED, S.UNKNOWN])
def test_what_happens_to_a_copy_proves_that_the_letter_was_accepted(before: LetterState) -> None:
    world = a_world_with_copies(before)

    assert world.track_delivery().track(notification(E.BOUNCE, "", CC)) is Tracking.MOVED
    assert world.state_of() is S.ACCEPTED


@pytest.mark.parametrize(
    "about",
    [(TO,), (TO.upper(),), (CC, TO), ("somebody@else.example",), (CC, "x@else.example"), ()],
    ids=["addressee", "in capitals", "and a copy", "a stranger", "a stranger and a copy", "nobody"],
)
def test_what_may_concern_the_addressee_moves_the_letter(about: tuple[str, ...]) -> None:
    world = a_world_with_copies(S.ACCEPTED)

    assert world.track_delivery().track(notification(E.BOUNCE, "", *about)) is Tracking.BOUNCED
    assert world.state_of() is S.BOUNCED


def test_no_address_is_written_into_the_history_or_shown() -> None:
    world = a_world_with_copies(S.ACCEPTED)
    about = [notification(E.BOUNCE, "Permanent", CC), notification(E.DELIVERY, "", TO)]

    for each in about:
        world.track_delivery().track(each)

    assert "@" not in f"{whys(world)} {about}"


def test_a_mailbox_that_is_the_addressees_and_a_copys_is_the_addressees() -> None:
    world = World()
    letter = a_letter(S.ACCEPTED, message_sha256="m")
    world.letters.plan(replace(letter, recipients=(TO, CC, EmailAddress(TO.upper()))))

    world.track_delivery().track(notification(E.BOUNCE, "", TO))

    assert world.state_of() is S.BOUNCED
