"""Measuring: one way, one stream, one batch size, on tables that nobody used before."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.domain.tallies import NOTHING_COUNTED, counted
from infrastructure.bench.capacity import Account, Index
from infrastructure.bench.metered_client import MeteredClient
from infrastructure.bench.ways import WAYS, Tables
from infrastructure.bench.workload import Stream, batches
from infrastructure.local.aws import Client
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template

_SHAPE: Final = read_template(TEMPLATE)["Resources"]["Table"]["Properties"]
INDEXES: Final = tuple(
    Index(tuple(key["AttributeName"] for key in index["KeySchema"]))
    for index in _SHAPE["GlobalSecondaryIndexes"]
)
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What recording a stream took. `wrong` counts the tallies that are not what they must be."""

    way: str
    percent: int
    batch: int
    events: int
    account: Account
    seconds: float
    wrong: int

    @property
    def calls_an_event(self) -> float:
        """Calls of DynamoDB for each event."""
        return self.account.calls / self.events

    @property
    def units_an_event(self) -> float:
        """Write units for each event, those of the index included."""
        return self.account.write_units / self.events

    @property
    def events_a_second(self) -> float:
        """Events recorded in a second of one process, on this machine's emulator."""
        return self.events / self.seconds


def measure(dynamodb: Client, way: str, stream: Stream, batch: int) -> Measured:
    """Record a stream, then compare every tally with what it must be."""
    tables = make_tables(dynamodb)
    record = WAYS[way](tables)
    cut = list(batches(stream.states, batch))
    begun = time.perf_counter()
    for some in cut:
        record(some)
    seconds = time.perf_counter() - begun
    return Measured(
        way=way,
        percent=stream.percent,
        batch=batch,
        events=len(stream.states),
        account=tables.client.account,
        seconds=seconds,
        wrong=_wrong_tallies(DynamoDBCaseStore(Table(dynamodb, tables.cases)), stream),
    )


def _wrong_tallies(store: DynamoDBCaseStore, stream: Stream) -> int:
    """Count the tallies that differ from the final states, of all that any state ever moved."""
    expected = stream.expected
    keys = {counting[0] for state in stream.states if (counting := counted(state))}
    stored = store.tallies(keys)
    nothing = NOTHING_COUNTED
    return sum(stored.get(key, nothing) != expected.get(key, nothing) for key in keys)


def make_tables(dynamodb: Any) -> Tables:  # noqa: ANN401 (of a real client or a test's)
    """Make a table as the template describes it, and one for Powertools as its guide does."""
    number = next(_NUMBERS)
    tables = Tables(MeteredClient(dynamodb, INDEXES), f"cases-{number}", f"idempotency-{number}")
    dynamodb.create_table(
        TableName=tables.cases,
        BillingMode="PAY_PER_REQUEST",
        **{
            name: _SHAPE[name]
            for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        },
    )
    dynamodb.create_table(
        TableName=tables.idempotency,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return tables
