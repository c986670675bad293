from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey, tally_of
from annual_review.services.recording.record_decisions import RecordDecisions
from tests.builders import a_message, a_register
from tests.fakes.patience import endless
from tests.integration.world import deployed_in_moto
from tests.strategies import CODES, History, histories


@settings(max_examples=15)
@given(histories(max_cases=5), st.integers(1, 7))
def test_any_history_gives_the_tallies_of_its_final_states(history: History, size: int) -> None:
    with deployed_in_moto() as world:
        recorder = RecordDecisions(
            cases=world.cases,
            authorities=InMemoryDirectory(a_register(*CODES)),
            dead_letters=InMemoryDeadLetters(),
            parse=lambda body: history.arrivals[int(body)],
        )
        arriving = [a_message(str(place), str(place)) for place in range(len(history.arrivals))]
        for start in range(0, len(arriving), size):
            batch = arriving[start : start + size]
            assert not recorder.record(batch, endless()).handed_back
            recorder.record(batch, endless())

        expected = tally_of(history.final.values())
        stored = world.cases.tallies(
            [TallyKey(code, ReportingYear(ends)) for code in CODES for ends in range(2017, 2023)]
        )
        assert {key: counts for key, counts in stored.items() if counts} == expected
        for key, counts in expected.items():
            assert tally_of(world.cases.of_tally(key)) == {key: counts}
