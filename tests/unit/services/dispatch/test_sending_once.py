"""No authority gets two letters by accident, and none is forgotten: whatever fails, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.send_letter import (
    MailBusyError,
    MailRefusedError,
    MailUnknownError,
    Sending,
)
from annual_review.services.errors import PortError
from tests.builders import NOON, a_letter_id
from tests.fakes.faults import BREAKING_OFF, Fault, Faults, ProcessDiedError
from tests.fakes.mail import ScriptedMailer
from tests.fakes.scheduler import interleave
from tests.worlds import World

S = LetterState
LETTER = a_letter_id()
CALLS_OF_SENDING = 5
REFUSED, BUSY, UNKNOWN = MailRefusedError("no"), MailBusyError("later"), MailUnknownError("?")
ANSWERS = [None, REFUSED, BUSY, UNKNOWN]
DELAYS = [timedelta(0), timedelta(minutes=12)]


class Sender:
    """Receives the message about one letter, again and again, until it acknowledges it."""

    def __init__(self, world: World, script: dict[int, Fault]) -> None:
        self._world = world
        self._faults = Faults(script)
        self.at = NOON

    def receive(self, delay: timedelta) -> bool:
        """Receive the message once; return whether it was acknowledged."""
        self.at += delay
        try:
            outcome = self._world.under(self._faults).send_letter().send(LETTER, self.at)
        except (PortError, ProcessDiedError):
            return False
        return outcome not in {Sending.IN_FLIGHT, Sending.BUSY}

    def receive_until_acknowledged(self) -> None:
        """Receive the message whenever its visibility time-out of twelve minutes is over."""
        for _ in range(30):
            if self.receive(timedelta(minutes=12)):
                return
        raise AssertionError("the message is never acknowledged")


def a_world(*answers: Exception | None) -> World:
    world = World(mailer=ScriptedMailer(answers))
    world.put_letter(S.PREPARED)
    return world


def check_the_end(world: World, answers: list[Exception | None]) -> None:
    """Check that nobody was written to twice, and that the state says no more than is known."""
    given_answers = [
        answers[number] if number < len(answers) else None
        for number in range(len(world.mailer.calls))
    ]
    assert sum(not isinstance(answer, MailBusyError) for answer in given_answers) <= 1
    state = world.state_of()
    assert state in {S.ACCEPTED, S.UNKNOWN, S.FAILED}, "forgotten"
    if None in given_answers:
        assert state is not S.FAILED, "it was sent, and may not be prepared again"
    if state is S.ACCEPTED:
        assert None in given_answers, "nobody accepted it"


@pytest.mark.parametrize("delay", DELAYS, ids=["at once", "when the claim has lapsed"])
@pytest.mark.parametrize("answer", ANSWERS, ids=["accepted", "refused", "busy", "unknown"])
@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
@pytest.mark.parametrize("number", range(CALLS_OF_SENDING))
def test_a_letter_is_sent_once_at_most_whatever_call_fails(
    number: int, fault: Fault, answer: Exception | None, delay: timedelta
) -> None:
    world = a_world(answer)
    sender = Sender(world, {number: fault})

    if not sender.receive(timedelta(0)) and not sender.receive(delay):
        sender.receive_until_acknowledged()

    check_the_end(world, [answer])


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from([None, *BREAKING_OFF]), max_size=20),
    st.lists(st.sampled_from(ANSWERS), max_size=4),
    st.lists(st.sampled_from(DELAYS), max_size=20),
)
def test_no_series_of_faults_and_redeliveries_sends_a_letter_twice_or_forgets_it(
    script: list[Fault | None], answers: list[Exception | None], delays: list[timedelta]
) -> None:
    world = a_world(*answers)
    sender = Sender(world, {number: fault for number, fault in enumerate(script) if fault})

    for delay in delays:
        sender.receive(delay)  # at least once, acknowledged or not
    sender.receive_until_acknowledged()

    check_the_end(world, answers)


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(ANSWERS), max_size=3), st.integers(2, 3))
def test_senders_that_interleave_anywhere_send_a_letter_once(
    seed: int, answers: list[Exception | None], senders: int
) -> None:
    world = a_world(*answers)
    outcomes: list[Sending] = []

    def sending(pause: Callable[[], None]) -> None:
        faults = Faults(before_each=pause)
        outcomes.append(world.under(faults).send_letter().send(LETTER, NOON))

    interleave(seed, *[sending] * senders)

    calls = len(world.mailer.calls)
    busy = sum(isinstance(answer, MailBusyError) for answer in answers[:calls])
    assert calls - busy <= 1
    assert outcomes.count(Sending.ACCEPTED) <= 1
    assert world.state_of() is not S.CLAIMED


@pytest.mark.parametrize("seed", range(20))
def test_a_sender_that_was_only_slow_does_not_undo_what_became_known(seed: int) -> None:
    world = a_world()
    late = NOON + timedelta(minutes=12)
    chance = Random(seed)

    def sending(pause: Callable[[], None]) -> None:
        world.under(Faults(before_each=pause)).send_letter().send(LETTER, NOON)

    def coming_again(pause: Callable[[], None]) -> None:
        for _ in range(chance.randint(1, 6)):
            pause()
        world.under(Faults(before_each=pause)).send_letter().send(LETTER, late)

    interleave(seed, sending, coming_again)

    assert len(world.mailer.calls) <= 1
    assert world.state_of() in {S.ACCEPTED, S.UNKNOWN}
