from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.letters import LetterState
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.letters import Move
from annual_review.services.send_letter import MailUnknownError
from annual_review.services.track_delivery import Happening, MailEvent, Tracking
from tests.builders import NOON, a_letter, a_letter_id
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
    E.DELIVERY_DELAY: S.ACCEPTED,
    E.DELIVERY: S.DELIVERED,
    E.COMPLAINT: S.COMPLAINED,
    E.BOUNCE: S.BOUNCED,
    E.REJECT: S.REJECTED,
}
"""What the events lead to, weakest first."""

AUTOMATIC = "Transient General"


def a_world_with(state: LetterState) -> World:
    world = World()
    world.put_letter(state)
    return world


def happening(event: MailEvent, detail: str = "", *, after: int = 1) -> Happening:
    """Build an event, `after` so many hours."""
    return Happening(LETTER, event, NOON + timedelta(hours=after), "mail-1", detail)


def whys(world: World) -> list[str]:
    return [each.why for each in world.letters.get(LETTER).history[1:]]


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
        tracking.track(happening(E.DELIVERY_DELAY, "MailboxFull", after=hours))
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


def test_an_out_of_office_answer_is_noted_and_does_not_override_the_delivery() -> None:
    world = a_world_with(S.ACCEPTED)
    track(world, E.DELIVERY)

    answer = happening(E.BOUNCE, AUTOMATIC, after=2)

    assert world.track_delivery().track(answer) is Tracking.NOTED
    assert world.track_delivery().track(answer) is Tracking.NOTHING_NEW
    assert world.state_of() is S.DELIVERED
    assert whys(world) == ["Delivery", "Bounce Transient General"]


@pytest.mark.parametrize("detail", ["Permanent General", "Transient MailboxFull", "Undetermined"])
def test_any_other_bounce_overrides_the_delivery_and_stands(detail: str) -> None:
    world = a_world_with(S.ACCEPTED)

    for each in (E.DELIVERY, E.BOUNCE, E.DELIVERY):
        world.track_delivery().track(happening(each, detail if each is E.BOUNCE else ""))

    assert world.state_of() is S.BOUNCED


def test_what_looked_like_a_bounce_was_an_answer_where_a_delivery_is_told_late() -> None:
    world = a_world_with(S.ACCEPTED)
    tracking = world.track_delivery()

    tracking.track(happening(E.BOUNCE, AUTOMATIC))
    assert world.state_of() is S.BOUNCED
    tracking.track(happening(E.DELIVERY))

    assert world.state_of() is S.DELIVERED


def test_a_delivery_does_not_take_back_a_bounce_that_came_after_an_answer() -> None:
    world = a_world_with(S.ACCEPTED)
    tracking = world.track_delivery()

    for each in (AUTOMATIC, "Permanent General"):
        tracking.track(happening(E.BOUNCE, each))
    tracking.track(happening(E.DELIVERY))

    assert world.state_of() is S.BOUNCED


def test_who_complains_has_got_the_letter_and_a_delivery_told_later_is_no_news() -> None:
    world = a_world_with(S.ACCEPTED)

    assert track(world, E.COMPLAINT, E.DELIVERY) == [Tracking.MOVED, Tracking.NOTHING_NEW]
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
            note = Move.note(world.letters.get(LETTER), NOON, f"note {len(busy.calls)}")
            world.letters.move(LETTER, note, {S.ACCEPTED})

    busy = Faults(before_each=meanwhile)

    with pytest.raises(ConflictError):
        world.under(busy).track_delivery().track(happening(E.DELIVERY))


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


PARTICULARS = st.tuples(
    st.sampled_from([E.DELIVERY, E.DELIVERY_DELAY, E.BOUNCE, E.COMPLAINT]),
    st.sampled_from(["", AUTOMATIC, "Permanent General"]),
    st.integers(1, 3),
)


@settings(max_examples=300)
@given(
    st.lists(PARTICULARS, max_size=6).flatmap(lambda each: st.tuples(*[st.permutations(each)] * 2))
)
def test_two_orders_of_the_same_reports_end_in_the_same_state_automatic_answers_too(
    orders: tuple[list[tuple[MailEvent, str, int]], ...],
) -> None:
    ends = set()
    for order in orders:
        world = a_world_with(S.UNKNOWN)
        for event, detail, after in [*order, *order]:
            world.track_delivery().track(happening(event, detail, after=after))
        ends.add(world.state_of())

    assert len(ends) == 1
