"""The fake table of the concurrency tests against moto: what holds there means something here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.table import Table, key_of
from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.cases import CaseState
from annual_review.services.errors import ConflictError
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.recording.record_decisions import RecordDecisions
from tests.builders import a_register, an_upheld_decision, messages
from tests.fakes.patience import endless
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable
from tests.integration.world import TABLE, World, deployed_in_moto
from tests.strategies import CODES, History, histories


def store(client: Any) -> DynamoDBCaseStore:  # noqa: ANN401 (the real one or the fake)
    return DynamoDBCaseStore(Table(client, TABLE, pause=lambda _: None))


@settings(max_examples=10)
@given(histories(max_cases=4))
def test_any_history_leaves_the_same_items_in_both(history: History) -> None:
    fake = FakeTable(TABLE)
    with deployed_in_moto():
        for client in (FakeClient(fake), aws_clients.dynamodb()):
            service = RecordDecisions(
                cases=store(client),
                authorities=InMemoryDirectory(a_register(*CODES)),
                dead_letters=InMemoryDeadLetters(),
                parse=parse_event,
            )
            arrivals = messages(*history.arrivals)
            for start in range(0, len(arrivals), 5):
                service.record(arrivals[start : start + 5], endless())
        found = aws_clients.dynamodb().scan(TableName=TABLE)["Items"]

    assert {key_of(item): item for item in found} == fake.items


@pytest.mark.parametrize("seen", [None, an_upheld_decision(version=2)])
def test_both_refuse_what_was_computed_from_another_state(
    world: World, seen: CaseState | None
) -> None:
    assert world.urls
    for client in (FakeClient(FakeTable(TABLE)), aws_clients.dynamodb()):
        cases = store(client)
        cases.commit(CaseChange((CaseWrite(an_upheld_decision(), None),)))

        with pytest.raises(ConflictError):
            cases.commit(CaseChange((CaseWrite(an_upheld_decision(version=3), seen),)))
