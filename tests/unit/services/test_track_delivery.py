from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.letters import LetterState
from annual_review.services.errors import MissingError
from annual_review.services.send_letter import MailUnknownError
from annual_review.services.track_delivery import Happening, MailEvent, Tracking
from tests.builders import NOON, a_letter_id
from tests.fakes.faults import Fault, Faults, ProcessDiedError
from tests.fakes.mail import ScriptedMailer
from tests.worlds import World

S, E = LetterState, MailEvent
LETTER = a_letter_id()

# Whatever happens to a message that was accepted and not stopped by the mail service itself.
AFTER_ACCEPTANCE = [E.SEND, E.DELIVERY, E.DELIVERY_DELAY, E.BOUNCE, E.COMPLAINT]
STOPPED = [E.SEND, E.REJECT]
STRONGEST = {
    E.SEND: S.ACCEPTED,
    E.DELIVERY: S.DELIVERED,
    E.COMPLAINT: S.COMPLAINED,
    E.BOUNCE: S.BOUNCED,
    E.REJECT: S.REJECTED,
}
"""What the events lead to, weakest first."""


def a_world_with(state: LetterState) -> World:
    world = World()
    world.put_letter(state)
    return world


def happening(event: MailEvent, detail: str = "") -> Happening:
    return Happening(LETTER, event, NOON + timedelta(hours=1), "mail-1", detail)


def track(world: World, *events: MailEvent) -> list[Tracking]:
    return [world.track_delivery().track(happening(event)) for event in events]


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

    assert track(world, event) == [Tracking.MOVED]
    assert world.state_of() is state
    assert world.letters.get(LETTER).message_id == "mail-1"


@pytest.mark.parametrize("before", [S.CLAIMED, S.UNKNOWN])
def test_the_event_of_sending_settles_a_letter_of_which_we_did_not_know(
    before: LetterState,
) -> None:
    world = a_world_with(before)

    assert track(world, E.SEND) == [Tracking.MOVED]
    assert world.state_of() is S.ACCEPTED


def test_a_delay_says_nothing_final() -> None:
    world = a_world_with(S.ACCEPTED)

    assert track(world, E.DELIVERY_DELAY) == [Tracking.NOTHING_NEW]
    assert world.state_of() is S.ACCEPTED


def test_a_late_bounce_overrides_the_delivery() -> None:
    world = a_world_with(S.ACCEPTED)

    track(world, E.DELIVERY, E.BOUNCE)

    assert world.state_of() is S.BOUNCED


def test_a_delivery_that_is_told_late_does_not_override_the_bounce() -> None:
    world = a_world_with(S.ACCEPTED)

    assert track(world, E.BOUNCE, E.DELIVERY) == [Tracking.MOVED, Tracking.NOTHING_NEW]
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

    world.track_delivery().track(happening(E.BOUNCE, "Permanent General"))

    event = world.letters.get(LETTER).history[-1]
    assert (event.why, event.at) == ("Bounce Permanent General", NOON + timedelta(hours=1))


def test_an_event_about_no_letter_of_ours_says_so() -> None:
    with pytest.raises(MissingError):
        track(World(), E.DELIVERY)


def final_state(events: Iterable[MailEvent], otherwise: LetterState) -> LetterState:
    return max(
        (STRONGEST[event] for event in events if event in STRONGEST),
        key=list(STRONGEST.values()).index,
        default=otherwise,
    )


HAPPENINGS = st.lists(st.sampled_from(AFTER_ACCEPTANCE)) | st.lists(st.sampled_from(STOPPED))


@settings(max_examples=300)
@given(HAPPENINGS, st.sampled_from([S.CLAIMED, S.UNKNOWN, S.ACCEPTED]))
def test_events_in_any_order_and_number_end_in_the_same_state(
    events: list[MailEvent], before: LetterState
) -> None:
    world = a_world_with(before)

    track(world, *events)

    assert world.state_of() is final_state(events, otherwise=before)


@settings(max_examples=300)
@given(HAPPENINGS, st.integers(0, 10), st.sampled_from(["accepted", "unknown", "died"]))
def test_events_that_overtake_our_own_record_end_in_the_same_state(
    events: list[MailEvent], overtaking: int, ours: str
) -> None:
    answers = [MailUnknownError("time-out")] if ours == "unknown" else []
    world = World(mailer=ScriptedMailer(answers))
    world.put_letter(S.PREPARED)

    def overtake() -> None:
        if faults.calls[-1:] == ["ScriptedMailer.send"]:
            track(world, *events[:overtaking])

    record_of_the_outcome = 4
    died = {record_of_the_outcome: Fault(ProcessDiedError)} if ours == "died" else {}
    faults = Faults(died, before_each=overtake)
    try:
        world.under(faults).send_letter().send(LETTER, NOON)
    except ProcessDiedError:
        assert ours == "died"
    track(world, *events[overtaking:])

    known_to_us = {"accepted": S.ACCEPTED, "unknown": S.UNKNOWN, "died": S.CLAIMED}[ours]
    assert world.state_of() is final_state(events, otherwise=known_to_us)
    assert len(world.mailer.calls) == 1
