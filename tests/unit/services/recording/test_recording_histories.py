"""Exactly-once figures: whatever happens on the way, tallies are those of the final states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey, tally_of
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import BatchReport, Verdict
from tests.builders import a_register, messages
from tests.fakes.faults import CRASHES, HARMLESS, WORSE, Fault, Faults
from tests.fakes.patience import endless
from tests.fakes.queue import deliver_all
from tests.strategies import CODES, History, histories
from tests.worlds import World

pytestmark = pytest.mark.thorough

EVERY_TALLY = [TallyKey(code, ReportingYear(year)) for code in CODES for year in range(2015, 2025)]
BATCHES = st.lists(st.integers(1, 12), min_size=1, max_size=5)
FAULTS = st.lists(st.sampled_from([None, None, *HARMLESS, *WORSE, *CRASHES]), max_size=60).map(
    lambda each: {number: fault for number, fault in enumerate(each) if fault}
)
MALFORMED = st.lists(st.sampled_from(["", "not json", "[]", '{"source": "other"}']), max_size=4)


def a_world() -> World:
    return World(register=a_register(*CODES))


def stored_tallies(world: World) -> dict[TallyKey, Tally]:
    """Return the tallies that are not empty."""
    return {key: tally for key, tally in world.cases.tallies(EVERY_TALLY).items() if tally}


@dataclass
class Watcher:
    """Records batches through faults, and checks after each that nothing was promised too early."""

    world: World
    history: History
    faults: Faults = field(default_factory=Faults)
    acknowledged: int = 0

    def receive(self, batch: Sequence[Message]) -> BatchReport:
        recorder = self.world.under(self.faults).record_decisions()
        try:
            report = recorder.record(batch, endless())
        finally:
            self.check_that_tallies_equal_their_cases()
        assert report.verdicts.keys() == {message.id for message in batch}
        for message in batch:
            self.check_that_the_acknowledged_is_durable(message, report.verdicts[message.id])
        return report

    def check_that_tallies_equal_their_cases(self) -> None:
        stored = self.world.cases.load({state.key for state in self.history.arrivals})
        assert stored_tallies(self.world) == tally_of(stored.values())

    def check_that_the_acknowledged_is_durable(self, message: Message, verdict: Verdict) -> None:
        if verdict is Verdict.HANDED_BACK:
            return
        self.acknowledged += 1
        if verdict is Verdict.REJECTED:
            assert message in [rejected for rejected, _ in self.world.dead_letters.rejected]
            return
        detail = json.loads(message.body)["detail"]
        stored = self.world.cases.load({state.key for state in self.history.arrivals})
        assert any(
            key.reference == detail["case_reference"] and state.version >= detail["version"]
            for key, state in stored.items()
        )


def check_the_end(world: World, final: dict[CaseKey, CaseState]) -> None:
    assert world.cases.load(final.keys()) == final
    assert stored_tallies(world) == tally_of(final.values())


@settings(max_examples=200)
@given(histories(), BATCHES)
def test_any_history_in_any_batches_gives_the_tallies_of_its_final_states(
    history: History, batches: list[int]
) -> None:
    watcher = Watcher(a_world(), history)

    deliver_all(messages(*history.arrivals), batches, watcher.receive)

    check_the_end(watcher.world, history.final)


@settings(max_examples=300)
@given(histories(), BATCHES, FAULTS, MALFORMED, st.randoms(use_true_random=False))
def test_no_fault_of_any_call_before_or_after_it_took_effect_changes_the_figures(
    history: History,
    batches: list[int],
    script: dict[int, Fault],
    malformed: list[str],
    chance: Random,
) -> None:
    watcher = Watcher(a_world(), history, Faults(script))
    arrivals = messages(*history.arrivals, *malformed)
    chance.shuffle(arrivals)

    deliver_all(arrivals, batches, watcher.receive)

    check_the_end(watcher.world, history.final)
    assert watcher.acknowledged == len(arrivals)
    dead = {message.id for message, _ in watcher.world.dead_letters.rejected}
    assert dead == {message.id for message in arrivals if message.body in malformed}
    event(f"a fault struck: {watcher.faults.struck}")


@settings(max_examples=40)
@given(histories(max_cases=4))
def test_a_crash_before_or_after_any_single_call_is_made_whole_by_redelivery(
    history: History,
) -> None:
    batch = messages(*history.arrivals)
    undisturbed = Watcher(a_world(), history)
    undisturbed.receive(batch)

    for number in range(len(undisturbed.faults.calls)):
        for crash in CRASHES:
            watcher = Watcher(a_world(), history, Faults({number: crash}))
            deliver_all(batch, [len(batch)], watcher.receive)
            check_the_end(watcher.world, history.final)
