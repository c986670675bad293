"""Several recorders at once over one stream, on local AWS: the figures are exact all the same.

The deployed function takes the stream from the queue, several batches at a time, while recorders of
our own work through the same stream on the same table, each in an order of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from annual_review.adapters.aws.event_bus import MOST_IN_A_CALL, EventBus
from annual_review.adapters.dynamodb.case_items import case_state
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.waiting import fraction
from annual_review.domain.cases import CaseState
from annual_review.domain.tallies import tally_of
from annual_review.sample_year.events import envelope
from annual_review.services.patience import Patience
from annual_review.services.recording.record_decisions import RecordDecisions
from infrastructure.bench.workload import YEAR, batches, register, stream
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd
from tests.builders import messages

pytestmark = pytest.mark.local

EVENTS = 500
PUBLISHERS = 4
RECORDERS = 3
SEED = 2020


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    folder = tmp_path_factory.mktemp("recorders")
    with local_system(folder / "work", folder / "outbox") as running:
        yield running


def shuffled(states: Sequence[CaseState], seed: int) -> list[CaseState]:
    return Random(seed).sample(states, len(states))


def publish(system: LocalSystem, states: Sequence[CaseState]) -> None:
    """Put every state on the bus."""
    bus = EventBus(system.aws.client("events"), system.stack.event_bus_name)
    for some in batches(states, MOST_IN_A_CALL):
        bus.publish([envelope(state) for state in some])


def record(system: LocalSystem, states: Sequence[CaseState]) -> int:
    """Record every state as the function does; return how often it met another recorder."""
    service = RecordDecisions(
        cases=DynamoDBCaseStore(Table(system.aws.client("dynamodb"), system.stack.table_name)),
        authorities=InMemoryDirectory(register()),
        dead_letters=InMemoryDeadLetters(),
        parse=parse_event,
    )
    met = 0
    for some in batches(states, 20):
        waiting = messages(*(envelope(state) for state in some))
        while waiting:
            report = service.record(waiting, Patience(lambda: 60.0, time.sleep, fraction))
            met += sum(report.errors.values())
            assert report.errors.keys() <= {"ConflictError", "ConditionFailedError"}
            assert not report.reasons
            waiting = [each for each in waiting if each.id in report.handed_back]
    return met


def stored_cases(system: LocalSystem) -> Iterator[CaseState]:
    """Go through every case in the table."""
    pages = system.aws.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=system.stack.table_name):
        for item in page["Items"]:
            if item["pk"]["S"].startswith("CASE#"):
                yield case_state(item)


def test_recorders_at_once_over_one_stream_leave_exact_tallies(system: LocalSystem) -> None:
    mixed = stream(EVENTS, 40)
    year_end = YearEnd(system, YEAR)
    year_end.load_register(register(), {})

    with ThreadPoolExecutor(PUBLISHERS + RECORDERS) as pool:
        # Twice over the bus, each time cut up among the publishers in another order.
        published = [
            pool.submit(publish, system, shuffled(mixed.states, SEED + copy)[place::2])
            for copy in range(2)
            for place in range(PUBLISHERS // 2)
        ]
        recorded = [
            pool.submit(record, system, shuffled(mixed.states, seed)) for seed in range(RECORDERS)
        ]
        for each in published:
            each.result()
        met = sum(each.result() for each in recorded)
    year_end.wait_until_recorded(2 * EVENTS)

    assert met, "recorders that never meet prove nothing"
    assert not year_end.recorded()["rejected"]
    stored = year_end.tallies(mixed.expected)
    assert stored == mixed.expected
    assert tally_of(stored_cases(system)) == mixed.expected
