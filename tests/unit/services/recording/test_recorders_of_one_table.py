"""Several recorders over one table, down to the calls of its client, in any order and with faults.

Everything random comes from one seed: the order of the steps, the arrivals and the faults. A
failure names it, and the same seed replays it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.cases import CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey, tally_of
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import RecordDecisions
from tests.builders import a_register, a_withdrawal, an_upheld_decision, messages
from tests.fakes.patience import endless
from tests.fakes.queue import deliver_all
from tests.fakes.scheduler import interleave
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable
from tests.fakes.table.transport import SeededFaults
from tests.strategies import CODES, History, histories

pytestmark = pytest.mark.thorough

EVERY_TALLY = [TallyKey(code, ReportingYear(year)) for code in CODES for year in range(2015, 2025)]


def recorder(client: FakeClient, pause: Callable[[], None]) -> RecordDecisions:
    fake: Any = client
    return RecordDecisions(
        cases=DynamoDBCaseStore(Table(fake, "table", pause=lambda _: pause())),
        authorities=InMemoryDirectory(a_register(*CODES)),
        dead_letters=InMemoryDeadLetters(),
        parse=parse_event,
    )


def play(
    history: History, seed: int, recorders: int, *, crashes: bool
) -> tuple[FakeTable, Counter[str]]:
    """Let recorders work at once; each is given every message, in an order of its own."""
    table, happened, chance = FakeTable(), Counter[str](), Random(seed)

    def act(
        arrivals: Sequence[Message], batch: int, faults: Random, pause: Callable[[], None]
    ) -> None:
        transport = SeededFaults(faults, pause, happened, crashes=crashes)
        service = recorder(FakeClient(table, transport, meanwhile=pause), pause)
        patience = endless(wait=lambda _: pause())
        deliver_all(arrivals, [batch], lambda some: service.record(some, patience))

    def actor() -> Callable[[Callable[[], None]], None]:
        arrivals = messages(*history.arrivals)
        chance.shuffle(arrivals)
        batch, faults = chance.randint(1, 8), Random(chance.random())
        return lambda pause: act(arrivals, batch, faults, pause)

    interleave(seed, *(actor() for _ in range(recorders)))
    return table, happened


def a_busy_history(seed: int) -> History:
    """Twelve cases of one authority, corrected, withdrawn and repeated."""
    states: list[CaseState] = []
    for number in map(str, range(12)):
        states += [
            an_upheld_decision(number),
            an_upheld_decision(number, version=2, satisfactory_remedy=True),
            a_withdrawal(number, version=3),
        ]
    return History(tuple(Random(seed).sample(states * 2, 2 * len(states))))


def check(table: FakeTable, history: History) -> None:
    fake: Any = FakeClient(table)
    store = DynamoDBCaseStore(Table(fake, "table"))
    assert store.load(history.final.keys()) == history.final
    stored: dict[TallyKey, Tally] = {k: t for k, t in store.tallies(EVERY_TALLY).items() if t}
    assert stored == tally_of(history.final.values())


@settings(max_examples=150)
@given(histories(max_cases=5), st.integers(0, 2**32), st.integers(2, 4), st.booleans())
def test_recorders_that_meet_in_the_table_leave_the_tallies_of_the_final_states(
    history: History,
    seed: int,
    recorders: int,
    crashes: bool,  # noqa: FBT001 (drawn)
) -> None:
    note(f"seed {seed}")

    table, happened = play(history, seed, recorders, crashes=crashes)

    check(table, history)
    for what in happened:
        event(what)


def test_the_faults_that_these_tests_are_about_do_happen() -> None:
    happened: Counter[str] = Counter()
    for seed in range(12):
        history = a_busy_history(seed)
        table, faults = play(history, seed, 3, crashes=True)
        check(table, history)
        happened += faults

    assert happened.keys() >= {
        *("ConditionalCheckFailed", "TransactionConflict", "in part", "throttled", "conflict"),
        *("time-out", "time-out after", "server error after", "crash", "crash after"),
        *("asked again", "asked again late"),
    }


def test_a_seed_replays_the_same_faults() -> None:
    def happened(seed: int) -> Counter[str]:
        _, faults = play(a_busy_history(1), seed, 3, crashes=True)
        return faults

    assert happened(7) == happened(7)
    assert any(happened(7) != happened(seed) for seed in range(8, 12))
