"""Several recorders over one store, one call at a time, in every order that a seed can think of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey, tally_of
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import Verdict
from tests.builders import ROCHFORD, YEAR, a_message, a_register, an_upheld_decision, messages
from tests.fakes.faults import CRASHES, HARMLESS, Fault, Faults
from tests.fakes.patience import endless
from tests.fakes.queue import deliver_all
from tests.fakes.scheduler import interleave
from tests.strategies import CODES, History, histories
from tests.worlds import World

pytestmark = pytest.mark.thorough

EVERY_TALLY = [TallyKey(code, ReportingYear(year)) for code in CODES for year in range(2015, 2025)]
SCRIPTS = st.lists(st.sampled_from([None, None, None, *HARMLESS, *CRASHES]), max_size=20).map(
    lambda each: {number: fault for number, fault in enumerate(each) if fault}
)

CALLS_BEFORE_COMMIT = 2
"""For one message: its authority, and the stored state of its case."""


class Recorder:
    """Records its own deliveries, and lets others step in before every call and in every wait."""

    def __init__(
        self,
        world: World,
        arrivals: Sequence[Message],
        batch_size: int,
        script: dict[int, Fault] | None = None,
    ) -> None:
        self._world, self._arrivals, self._batch_size = world, arrivals, batch_size
        self._script = script or {}

    def act(self, pause: Callable[[], None]) -> None:
        faults = Faults(self._script, before_each=pause)
        recorder = self._world.under(faults).record_decisions()
        deliver_all(
            self._arrivals,
            [self._batch_size],
            lambda batch: recorder.record(batch, endless(wait=lambda _: pause())),
        )


@settings(max_examples=200)
@given(histories(max_cases=5), st.integers(0, 2**32), st.lists(SCRIPTS, min_size=2, max_size=3))
def test_recorders_that_interleave_anywhere_leave_the_tallies_of_the_final_states(
    history: History, seed: int, scripts: list[dict[int, Fault]]
) -> None:
    world, chance = World(register=a_register(*CODES)), Random(seed)
    recorders = []
    for script in scripts:
        # Each of them is given everything: the worst that a queue may do.
        arrivals = messages(*history.arrivals)
        chance.shuffle(arrivals)
        recorders.append(Recorder(world, arrivals, chance.randint(1, 8), script))

    interleave(seed, *(recorder.act for recorder in recorders))

    assert world.cases.load(history.final.keys()) == history.final
    stored = {key: tally for key, tally in world.cases.tallies(EVERY_TALLY).items() if tally}
    assert stored == tally_of(history.final.values())
    event(f"{len(scripts)} recorders")


def test_a_recorder_that_was_overtaken_reads_again_and_does_not_count_twice() -> None:
    world = World()

    def overtake() -> None:
        if len(slow.calls) == CALLS_BEFORE_COMMIT:
            world.record(an_upheld_decision(version=1))

    slow = Faults(before_each=overtake)
    recorder = world.under(slow).record_decisions()
    report = recorder.record([a_message(an_upheld_decision(version=1))], endless())

    assert report.verdicts == {"1": Verdict.DUPLICATE}
    assert report.errors == {"ConflictError": 1}
    assert world.cases.tallies([TallyKey(ROCHFORD, YEAR)])[TallyKey(ROCHFORD, YEAR)].upheld == 1


def test_a_recorder_that_was_overtaken_by_a_higher_version_does_not_write_its_own() -> None:
    world = World()

    def overtake() -> None:
        if len(slow.calls) == CALLS_BEFORE_COMMIT:
            world.record(an_upheld_decision(version=2, satisfactory_remedy=True))

    slow = Faults(before_each=overtake)
    recorder = world.under(slow).record_decisions()
    report = recorder.record([a_message(an_upheld_decision(version=1))], endless())

    assert report.verdicts == {"1": Verdict.STALE}
    (stored,) = world.cases.of_tally(TallyKey(ROCHFORD, YEAR))
    assert stored.version == 2


def test_a_schedule_is_replayed_by_its_seed() -> None:
    def steps(seed: int) -> list[str]:
        seen: list[str] = []

        def actor(name: str) -> Callable[[Callable[[], None]], None]:
            def act(pause: Callable[[], None]) -> None:
                for _ in range(5):
                    seen.append(name)
                    pause()

            return act

        interleave(seed, actor("a"), actor("b"), actor("c"))
        return seen

    assert steps(7) == steps(7)
    assert any(steps(7) != steps(seed) for seed in range(8, 12))
