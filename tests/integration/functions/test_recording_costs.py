"""What recording costs in calls and write units, counted and not timed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.events import parse_event
from annual_review.adapters.invocation.queue_batches import messages_of
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.cases import CaseState
from annual_review.services.recording.record_decisions import BatchReport, RecordDecisions, Verdict
from functions.record_decisions import handler
from infrastructure.bench.capacity import Account
from infrastructure.bench.measure import INDEXES, measure
from infrastructure.bench.metered_client import MeteredClient
from infrastructure.bench.ways import WAYS
from infrastructure.bench.workload import (
    distinct_states,
    invocation,
    register,
    stream,
)
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template
from tests.builders import a_register, a_withdrawal, an_upheld_decision
from tests.fakes.patience import endless
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable
from tests.integration.world import FakeContext, World, handed_back

LARGEST_INVOCATION = 6 * 2**20
"""Bytes that Lambda hands to a function at once, whatever the batch size says."""

MOST_UNITS = 3.2
MOST_CALLS = 0.05


@pytest.fixture
def world(moto_world: World) -> World:
    """Here the real client is metered."""
    return moto_world


def size_of(states: Sequence[CaseState]) -> int:
    """Count the bytes of an invocation as Lambda sends it, without what is around the records."""
    written = json.dumps(invocation(states), separators=(",", ":"), ensure_ascii=False)
    return len(written.encode()) - len(json.dumps({"Records": []}, separators=(",", ":")))


def full_batch() -> Sequence[CaseState]:
    """Return as many distinct decisions as the template and Lambda let come together."""
    source = read_template(TEMPLATE)["Resources"]["RecordDecisions"]["Properties"]["Events"]
    states = distinct_states()[: source["Decisions"]["Properties"]["BatchSize"]]
    total = accumulate(size_of([state]) + 1 for state in states)
    return [state for state, size in zip(states, total, strict=True) if size <= LARGEST_INVOCATION]


def recorded(states: Sequence[CaseState]) -> tuple[BatchReport, Account]:
    """Record one batch over a fake table, which is quick at any size."""
    fake: Any = MeteredClient(FakeClient(FakeTable()), INDEXES)
    service = RecordDecisions(
        cases=DynamoDBCaseStore(Table(fake, "table")),
        authorities=InMemoryDirectory(register()),
        dead_letters=InMemoryDeadLetters(),
        parse=parse_event,
    )
    return service.record(messages_of(invocation(states)), endless()), fake.account


def test_a_full_batch_of_distinct_cases_costs_little_more_than_its_cases() -> None:
    """As large as the template and Lambda let it be, over all authorities as they come."""
    batch = full_batch()

    report, account = recorded(batch)

    assert report.count(Verdict.RECORDED) == len(batch) == len({each.key for each in batch})
    assert len({each.authority for each in batch}) > 300
    assert account.write_units / len(batch) <= MOST_UNITS
    assert account.calls / len(batch) <= MOST_CALLS
    assert account.index_units == len(batch)


def test_a_full_batch_fits_into_one_invocation_and_one_more_case_does_not() -> None:
    full = full_batch()

    assert size_of(full) <= LARGEST_INVOCATION
    assert size_of(distinct_states()[: len(full) + 1]) > LARGEST_INVOCATION


def test_a_hundred_decisions_of_one_authority_through_the_handler(
    deployed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.knows(a_register(), {})
    metered: Any = MeteredClient(aws_clients.dynamodb(), INDEXES)
    monkeypatch.setattr(aws_clients, "dynamodb", lambda: metered)
    batch = [an_upheld_decision(f"{number:08}") for number in range(100)]

    assert handed_back(handler.lambda_handler(invocation(batch), FakeContext())) == []

    # A hundred cases of 2 + 1 units, and the tally once in each of two transactions.
    assert metered.account.write_units == 304 <= MOST_UNITS * 100
    assert metered.account.calls == 3 <= MOST_CALLS * 100


def test_a_hundred_decisions_of_the_natural_mix_cost_what_their_tallies_cost() -> None:
    _, account = recorded(distinct_states()[:100])

    # Nearly every one moves a tally of its own: no way of writing them together changes that.
    assert account.index_units == 100
    assert account.table_units == 200 + 2 * 86
    assert account.calls == 3


def test_what_came_before_costs_a_reading_and_no_writing(world: World) -> None:
    metered: Any = MeteredClient(aws_clients.dynamodb(), INDEXES)
    cases = DynamoDBCaseStore(Table(metered, world.table.name))
    service = RecordDecisions(
        cases, InMemoryDirectory(a_register()), InMemoryDeadLetters(), parse_event
    )
    batch = messages_of(invocation([an_upheld_decision("1"), an_upheld_decision("2")]))
    service.record(batch, endless())
    units = metered.account.write_units

    service.record(batch, endless())

    assert metered.account.write_units == units


def test_a_withdrawal_pays_for_leaving_the_index() -> None:
    fake: Any = MeteredClient(FakeClient(FakeTable()), INDEXES)
    service = RecordDecisions(
        cases=DynamoDBCaseStore(Table(fake, "table")),
        authorities=InMemoryDirectory(a_register()),
        dead_letters=InMemoryDeadLetters(),
        parse=parse_event,
    )
    for state in (an_upheld_decision(), a_withdrawal(version=2)):
        service.record(messages_of(invocation([state])), endless())

    assert fake.account.index_units == 2
    assert fake.account.table_units == 2 * (2 + 2)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("percent", [0, 50])
def test_the_ways_that_are_compared_record_the_same_events(
    world: World, way: str, percent: int
) -> None:
    measured = measure(aws_clients.dynamodb(), way, stream(40, percent), 10)

    assert world.urls
    assert measured.events == 40
    is_exact = percent == 0 or not way.startswith("idempotency")
    assert (measured.wrong == 0) == is_exact


def test_the_usual_way_takes_four_calls_and_five_units_for_a_new_event(world: World) -> None:
    usual = measure(aws_clients.dynamodb(), next(iter(WAYS)), stream(10, 0), 10)

    assert world.urls
    # Two for the idempotency record, the case and its place in the index, the counter.
    assert (usual.account.calls, usual.account.write_units) == (40, 50)
