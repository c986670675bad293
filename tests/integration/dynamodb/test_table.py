from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.aws.aws_errors import ConditionFailedError
from annual_review.adapters.dynamodb.table import ROUNDS, Table, text
from annual_review.services.errors import ConflictError
from tests.integration.faults import FaultyClient, a_cancellation, before
from tests.integration.world import TABLE, World

ITEM = {"pk": text("YEAR#2020"), "sk": text("PHASE")}
ACTIONS = [{"Put": {"TableName": TABLE, "Item": ITEM}}]
MEETS_ANOTHER = before(a_cancellation("None", "TransactionConflict"))


@pytest.fixture
def waits() -> list[int]:
    return []


def table(world: World, waits: list[int], *script: Any) -> Table:  # noqa: ANN401 (faults)
    client: Any = FaultyClient(world.table.client, transact_write_items=script)
    return Table(client, TABLE, pause=waits.append)


def test_a_transaction_that_meets_another_is_tried_again(world: World, waits: list[int]) -> None:
    table(world, waits, *[MEETS_ANOTHER] * (ROUNDS - 1)).write(ACTIONS)

    assert world.table.get(("YEAR#2020", "PHASE")) == ITEM
    assert waits == list(range(ROUNDS - 1))


def test_a_transaction_that_meets_others_all_the_while_says_so(
    world: World, waits: list[int]
) -> None:
    with pytest.raises(ConflictError):
        table(world, waits, *[MEETS_ANOTHER] * ROUNDS).write(ACTIONS)

    assert world.table.get(("YEAR#2020", "PHASE")) is None


def test_a_transaction_whose_condition_fails_is_not_tried_again(
    world: World, waits: list[int]
) -> None:
    failed = before(a_cancellation("ConditionalCheckFailed", "TransactionConflict"))

    with pytest.raises(ConditionFailedError):
        table(world, waits, failed).write(ACTIONS)

    assert waits == []
