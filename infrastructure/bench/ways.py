"""Three ways to record the same events, over one metered table each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from annual_review.adapters.dynamodb.case_items import case_item
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.keys import tally_item_key
from annual_review.adapters.dynamodb.table import Table, key_values
from annual_review.adapters.events import parse_event
from annual_review.adapters.invocation.queue_batches import messages_of
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.cases import CaseState
from annual_review.domain.tallies import counted
from annual_review.services.patience import Patience
from annual_review.services.recording.record_decisions import RecordDecisions
from infrastructure.bench.metered_client import MeteredClient
from infrastructure.bench.workload import invocation, register

_PATIENCE: Final = Patience(
    seconds_left=lambda: 900.0, wait=lambda _seconds: None, fraction=lambda: 0.0
)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one measurement, fresh."""

    client: MeteredClient
    cases: str
    idempotency: str


class Way(Protocol):
    """Records a batch of states as they come from a queue."""

    def __call__(self, batch: Sequence[CaseState], /) -> None:
        """Record them."""


def usual(tables: Tables) -> Way:
    """Powertools idempotency around one put and one update of a counter: what most projects do."""
    any_client: Any = tables.client
    store = DynamoDBPersistenceLayer(tables.idempotency, boto3_client=any_client)
    config = IdempotencyConfig(
        event_key_jmespath='["detail-type", detail.case_reference, detail.version]'
    )
    config.register_lambda_context(_Context())  # type: ignore[arg-type] # as much as is used of it

    @idempotent_function(  # type: ignore[untyped-decorator] # as Powertools ships it
        data_keyword_argument="event", persistence_store=store, config=config
    )
    def record(*, event: dict[str, Any], state: CaseState) -> None:
        del event
        tables.client.put_item(TableName=tables.cases, Item=case_item(state))
        if counting := counted(state):
            key, counts = counting
            measures = sorted(counts)
            tables.client.update_item(
                TableName=tables.cases,
                Key=key_values(tally_item_key(key)),
                UpdateExpression="ADD " + ", ".join(f"#m{n} :one" for n in range(len(measures))),
                ExpressionAttributeNames={f"#m{n}": name for n, name in enumerate(measures)},
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    def record_all(batch: Sequence[CaseState]) -> None:
        for message in messages_of(invocation(batch)):
            record(event=json.loads(message.body), state=parse_event(message.body))

    return record_all


def one_by_one(tables: Tables) -> Way:
    """One transaction for each event: as exact as ours, which it is, message by message."""
    service = _service(tables)

    def record(batch: Sequence[CaseState]) -> None:
        for message in messages_of(invocation(batch)):
            service.record([message], _PATIENCE)

    return record


def folded(tables: Tables) -> Way:
    """What record_decisions does: a batch is folded, read together and written together."""
    service = _service(tables)

    def record(batch: Sequence[CaseState]) -> None:
        service.record(messages_of(invocation(batch)), _PATIENCE)

    return record


WAYS: Final[dict[str, Callable[[Tables], Way]]] = {
    "idempotency record, put, counter": usual,
    "one transaction an event": one_by_one,
    "folded (ours)": folded,
}


def _service(tables: Tables) -> RecordDecisions:
    client: Any = tables.client
    return RecordDecisions(
        cases=DynamoDBCaseStore(Table(client, tables.cases)),
        authorities=InMemoryDirectory(register()),
        dead_letters=InMemoryDeadLetters(),
        parse=parse_event,
    )


class _Context:
    """As much of Lambda's context as Powertools looks at."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000
