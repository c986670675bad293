from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.track_delivery import SesNotification, Tracking
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.letters.letter import Move
from annual_review.services.letters.letter_history import MailEvent
from tests.builders import NOON, a_letter, a_letter_id
from tests.fakes.faults import Faults
from tests.worlds import World

S, E = LetterState, MailEvent
LETTER = a_letter_id()

AUTOMATIC = "Transient General"


def a_world_with(state: LetterState) -> World:
    world = World()
    world.put_letter(state)
    return world


def notification(event: MailEvent, detail: str = "", *, after: int = 1) -> SesNotification:
    """Build an event, `after` so many hours."""
    return SesNotification(LETTER, event, NOON + timedelta(hours=after), "mail-1", detail)


def whys(world: World) -> list[str]:
    return [each.why for each in world.letters.get(LETTER).history[1:]]


def track(world: World, *events: MailEvent) -> list[Tracking]:
    return [world.track_delivery().track(notification(event)) for event in events]


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (E.DELIVERY, S.DELIVERED),
        (E.BOUNCE, S.BOUNCED),
        (E.COMPLAINT, S.COMPLAINED),
        (E.REJECT, S.REJECTED),
        (E.RENDERING_FAILURE, S.REJECTED),
    ],
)
@pytest.mark.parametrize("before", [S.CLAIMED, S.UNKNOWN, S.ACCEPTED])
def test_an_event_moves_a_letter_that_is_on_its_way(
    before: LetterState, event: MailEvent, state: LetterState
) -> None:
    world = a_world_with(before)

    told = Tracking.MOVED if state is S.DELIVERED else Tracking(state.value)
    assert track(world, event) == [told]
    assert world.state_of() is state
    assert world.letters.get(LETTER).message_id == "mail-1"


@pytest.mark.parametrize("before", [S.CLAIMED, S.UNKNOWN])
def test_the_event_of_sending_settles_a_letter_of_which_we_did_not_know(
    before: LetterState,
) -> None:
    world = a_world_with(before)

    assert track(world, E.SEND) == [Tracking.MOVED]
    assert world.state_of() is S.ACCEPTED


@pytest.mark.parametrize("before", [S.CLAIMED, S.UNKNOWN])
def test_a_delay_proves_that_the_letter_was_accepted(before: LetterState) -> None:
    world = a_world_with(before)

    assert track(world, E.DELIVERY_DELAY) == [Tracking.MOVED]
    assert world.state_of() is S.ACCEPTED


def test_a_delay_is_noted_once_and_says_nothing_final() -> None:
    world = a_world_with(S.ACCEPTED)
    accepted_at = world.letters.get(LETTER).since
    tracking = world.track_delivery()

    done = [
        tracking.track(notification(E.DELIVERY_DELAY, "MailboxFull", after=hours))
        for hours in (1, 1, 5)
    ]

    assert done == [Tracking.NOTED, Tracking.NOTHING_NEW, Tracking.NOTED]
    assert whys(world) == ["DeliveryDelay MailboxFull"] * 2
    assert (world.state_of(), world.letters.get(LETTER).since) == (S.ACCEPTED, accepted_at)


def test_a_late_bounce_overrides_the_delivery() -> None:
    world = a_world_with(S.ACCEPTED)

    track(world, E.DELIVERY, E.BOUNCE)

    assert world.state_of() is S.BOUNCED


def test_a_delivery_that_is_told_late_does_not_override_the_bounce() -> None:
    world = a_world_with(S.ACCEPTED)

    assert track(world, E.BOUNCE, E.DELIVERY) == [Tracking.BOUNCED, Tracking.NOTHING_NEW]
    assert world.state_of() is S.BOUNCED


def test_the_same_event_again_is_nothing_new() -> None:
    world = a_world_with(S.ACCEPTED)

    assert track(world, E.DELIVERY, E.DELIVERY) == [Tracking.MOVED, Tracking.NOTHING_NEW]
    assert len(world.letters.get(LETTER).history) == 2


@pytest.mark.parametrize("event", E)
@pytest.mark.parametrize("state", [S.PLANNED, S.PREPARED, S.HELD, S.APPROVED, S.FAILED])
def test_a_letter_that_was_never_claimed_is_not_touched(
    state: LetterState, event: MailEvent
) -> None:
    world = a_world_with(state)

    assert track(world, event) == [Tracking.NOTHING_NEW]
    assert world.state_of() is state


def test_the_history_holds_the_codes_of_the_event() -> None:
    world = a_world_with(S.ACCEPTED)

    world.track_delivery().track(notification(E.BOUNCE, "Permanent General"))

    event = world.letters.get(LETTER).history[-1]
    assert (event.why, event.at) == ("Bounce Permanent General", NOON + timedelta(hours=1))


def test_an_out_of_office_answer_is_noted_and_does_not_override_the_delivery() -> None:
    world = a_world_with(S.ACCEPTED)
    track(world, E.DELIVERY)

    answer = notification(E.BOUNCE, AUTOMATIC, after=2)

    assert world.track_delivery().track(answer) is Tracking.NOTED
    assert world.track_delivery().track(answer) is Tracking.NOTHING_NEW
    assert world.state_of() is S.DELIVERED
    assert whys(world) == ["Delivery", "Bounce Transient General"]


@pytest.mark.parametrize("detail", ["Permanent General", "Transient MailboxFull", "Undetermined"])
def test_any_other_bounce_overrides_the_delivery_and_stands(detail: str) -> None:
    world = a_world_with(S.ACCEPTED)

    for each in (E.DELIVERY, E.BOUNCE, E.DELIVERY):
        world.track_delivery().track(notification(each, detail if each is E.BOUNCE else ""))

    assert world.state_of() is S.BOUNCED


def test_an_out_of_office_answer_is_no_bounce_where_a_delivery_is_told_late_or_never() -> None:
    world = a_world_with(S.ACCEPTED)
    tracking = world.track_delivery()

    assert tracking.track(notification(E.BOUNCE, AUTOMATIC)) is Tracking.NOTED
    assert world.state_of() is S.ACCEPTED
    tracking.track(notification(E.DELIVERY))

    assert world.state_of() is S.DELIVERED
    assert whys(world) == ["Bounce Transient General", "Delivery"]


def test_an_answer_proves_that_a_letter_went_out_of_which_nobody_knew() -> None:
    world = a_world_with(S.UNKNOWN)

    world.track_delivery().track(notification(E.BOUNCE, AUTOMATIC))

    assert world.state_of() is S.ACCEPTED


def test_a_delivery_does_not_take_back_a_bounce_that_came_after_an_answer() -> None:
    world = a_world_with(S.ACCEPTED)
    tracking = world.track_delivery()

    for each in (AUTOMATIC, "Permanent General"):
        tracking.track(notification(E.BOUNCE, each))
    tracking.track(notification(E.DELIVERY))

    assert world.state_of() is S.BOUNCED


def test_who_complains_has_got_the_letter_and_a_delivery_told_later_is_no_news() -> None:
    world = a_world_with(S.ACCEPTED)

    assert track(world, E.COMPLAINT, E.DELIVERY) == [Tracking.COMPLAINED, Tracking.NOTHING_NEW]
    assert world.state_of() is S.COMPLAINED


@pytest.mark.parametrize("state", [S.PREPARED, S.APPROVED, S.HELD, S.FAILED, S.PLANNED])
def test_an_event_about_a_letter_that_came_back_from_a_claim_proves_that_it_was_sent(
    state: LetterState,
) -> None:
    world = World()
    world.letters.plan(replace(a_letter(state, message_sha256="m"), attempts=1))

    assert track(world, E.SEND, E.DELIVERY) == [Tracking.MOVED, Tracking.MOVED]
    assert world.state_of() is S.DELIVERED


def test_a_letter_that_others_change_all_the_while_is_tracked_later() -> None:
    world = a_world_with(S.ACCEPTED)

    def meanwhile() -> None:
        if busy.calls[-1:] == ["LawfulLetterStore.get"]:
            letter = world.letters.get(LETTER)
            world.letters.move(letter, Move.note(letter, NOON, f"note {len(busy.calls)}"))

    busy = Faults(before_each=meanwhile)

    with pytest.raises(ConflictError):
        world.under(busy).track_delivery().track(notification(E.DELIVERY))


def test_an_event_about_no_letter_of_ours_says_so() -> None:
    with pytest.raises(MissingError):
        track(World(), E.DELIVERY)
