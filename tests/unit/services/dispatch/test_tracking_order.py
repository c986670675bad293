"""Reports come in any order and any number, before our own record too: the end is the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.send_letter import MailUnknownError
from annual_review.services.dispatch.track_delivery import SesNotification, Tracking
from annual_review.services.letters.letter_history import MailEvent
from tests.builders import NOON, a_letter, a_letter_id
from tests.fakes.faults import Fault, Faults, ProcessDiedError
from tests.fakes.letters import MISLEADING, LawfulLetterStore, RewordingLetterStore
from tests.fakes.mail import ScriptedMailer
from tests.worlds import World

pytestmark = pytest.mark.thorough

S, E = LetterState, MailEvent
LETTER = a_letter_id()
TO, CC = EmailAddress("chief@rochford.example"), EmailAddress("leader@rochford.example")

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


def track(
    world: World,
    event: MailEvent,
    detail: str = "",
    *,
    after: int = 1,
    about: tuple[EmailAddress, ...] = (),
) -> Tracking:
    notification = SesNotification(
        LETTER, event, NOON + timedelta(hours=after), "mail-1", detail, about
    )
    return world.track_delivery().track(notification)


def track_all(world: World, events: Iterable[MailEvent]) -> None:
    for event in events:
        track(world, event)


def final_state(events: Iterable[MailEvent], otherwise: LetterState) -> LetterState:
    return max(
        (STRONGEST[event] for event in events if event in STRONGEST),
        key=list(STRONGEST.values()).index,
        default=otherwise,
    )


NOTIFICATIONS = st.lists(st.sampled_from(AFTER_ACCEPTANCE)) | st.lists(st.sampled_from(STOPPED))


@settings(max_examples=300)
@given(NOTIFICATIONS, st.sampled_from([S.CLAIMED, S.UNKNOWN, S.ACCEPTED]))
def test_events_in_any_order_and_number_end_in_the_same_state(
    events: list[MailEvent], before: LetterState
) -> None:
    world = a_world_with(before)

    track_all(world, events)

    assert world.state_of() is final_state(events, otherwise=before)


@settings(max_examples=300)
@given(NOTIFICATIONS, st.integers(0, 10), st.sampled_from(["accepted", "unknown", "died"]))
def test_events_that_overtake_our_own_record_end_in_the_same_state(
    events: list[MailEvent], overtaking: int, ours: str
) -> None:
    answers = [MailUnknownError("time-out")] if ours == "unknown" else []
    world = World(mailer=ScriptedMailer(answers))
    world.put_letter(S.PREPARED)

    def overtake() -> None:
        if faults.calls[-1:] == ["ScriptedMailer.send"]:
            track_all(world, events[:overtaking])

    record_of_the_outcome = 5
    died = {record_of_the_outcome: Fault(ProcessDiedError)} if ours == "died" else {}
    faults = Faults(died, before_each=overtake)
    try:
        world.under(faults).send_letter().send(LETTER, NOON)
    except ProcessDiedError:
        assert ours == "died"
    track_all(world, events[overtaking:])

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
            track(world, event, detail, after=after)
        ends.add(world.state_of())

    assert len(ends) == 1


@settings(max_examples=300)
@given(
    st.lists(st.tuples(PARTICULARS, st.sampled_from([TO, CC])), max_size=8),
    st.lists(st.sampled_from(MISLEADING), min_size=1, max_size=4),
)
def test_reports_do_the_same_whatever_the_words_of_the_history(
    reports: list[tuple[tuple[MailEvent, str, int], EmailAddress]], words: list[str]
) -> None:
    told = []
    for store in (LawfulLetterStore(), RewordingLetterStore(words)):
        world = World(letters=store)
        store.plan(replace(a_letter(S.UNKNOWN), recipients=(TO, CC), attempts=1))
        done = [
            track(world, event, detail, after=after, about=(mailbox,))
            for (event, detail, after), mailbox in [*reports, *reports]
        ]
        lines = [(each.at, each.state, each.report) for each in store.get(LETTER).history]
        told.append((done, world.state_of(), lines))

    assert told[0] == told[1]
