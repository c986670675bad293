"""How long recording keeps trying, and what becomes of the rest when the time is up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.domain.tallies import TallyKey
from annual_review.services.recording.messages import Message, MessageId
from annual_review.services.recording.record_decisions import ATTEMPTS, Verdict
from tests.builders import ROCHFORD, YEAR, an_upheld_decision, messages
from tests.fakes.cases import PoisonedCaseStore
from tests.fakes.faults import Faults
from tests.fakes.patience import Waiting, endless
from tests.worlds import World

HERE = TallyKey(ROCHFORD, YEAR)


def test_what_keeps_failing_is_handed_back_after_a_number_of_attempts() -> None:
    world = World(cases=PoisonedCaseStore(poisoned={an_upheld_decision().key}), faults=Faults())
    waiting = Waiting()

    report = world.record_decisions().record(messages(an_upheld_decision()), waiting.patience())

    assert report.handed_back == ["1"]
    assert world.faults.calls.count("PoisonedCaseStore.commit") == ATTEMPTS
    assert len(waiting.waits) == ATTEMPTS - 1, "after the last attempt there is nothing to wait for"


def test_when_the_time_is_up_the_rest_is_handed_back_at_once() -> None:
    world = World(cases=PoisonedCaseStore(poisoned={an_upheld_decision().key}))
    waiting = Waiting(seconds=1.0)

    report = world.record_decisions().record(messages(an_upheld_decision()), waiting.patience())

    assert report.handed_back == ["1"]
    assert waiting.waits == []


def test_when_the_time_is_up_in_the_middle_of_a_large_batch_the_rest_is_handed_back() -> None:
    world = World(faults=Faults())
    seconds = [1000.0, 1000.0, 1.0]
    patience = replace(
        endless(), seconds_left=lambda: seconds.pop(0) if len(seconds) > 1 else seconds[0]
    )
    decisions = [an_upheld_decision(f"{number:08}") for number in range(99 * 5)]

    report = world.record_decisions().record(messages(*decisions), patience)

    assert world.faults.calls.count("InMemoryCaseStore.commit") == 3
    assert report.count(Verdict.RECORDED) == world.cases.tallies([HERE])[HERE].upheld == 99 * 3
    assert len(report.handed_back) == 99 * 2


class SlowDeadLetters(InMemoryDeadLetters):
    """Takes a second for each message."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self._waiting = waiting

    def put(self, message: Message, reason: str) -> None:
        """Keep a message, slowly."""
        self._waiting.wait(1.0)
        super().put(message, reason)


def test_a_flood_of_malformed_messages_holds_up_nothing_that_can_be_recorded() -> None:
    waiting = Waiting(seconds=10.0)
    world = World(dead_letters=SlowDeadLetters(waiting))

    report = world.record_decisions().record(
        messages(*["not json"] * 20, an_upheld_decision()), waiting.patience()
    )

    assert report.verdicts[MessageId("21")] is Verdict.RECORDED
    assert report.count(Verdict.REJECTED) == len(world.dead_letters.rejected) == 5
    assert report.count(Verdict.HANDED_BACK) == 15


def test_the_wait_between_attempts_is_jittered_and_grows() -> None:
    world = World(cases=PoisonedCaseStore(poisoned={an_upheld_decision().key}))
    waiting = Waiting(fraction=0.5)

    world.record_decisions().record(messages(an_upheld_decision()), waiting.patience())

    assert waiting.waits[:3] == [pytest.approx(each) for each in (0.025, 0.05, 0.1)]
