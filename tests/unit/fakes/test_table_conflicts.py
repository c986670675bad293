"""A transaction of the fake table holds its items between its conditions and its writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from annual_review.adapters.dynamodb.table import key_values, text
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable

HELD = key_values(("p", "held"))
BEFORE = {**HELD, "name": text("before")}
AFTER = {**HELD, "name": text("after")}
LATER = {**HELD, "name": text("later")}


def while_a_transaction_holds_the_item(meanwhile: Callable[[FakeClient], None]) -> FakeTable:
    """Let another client do something while a transaction is under way."""
    table = FakeTable()
    FakeClient(table).put_item(TableName="table", Item=BEFORE)
    busy = FakeClient(table, meanwhile=lambda: meanwhile(FakeClient(table)))
    busy.transact_write_items(TransactItems=[{"Put": {"TableName": "table", "Item": AFTER}}])
    return table


def code_of(write: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        write()
    return caught.value.response["Error"]["Code"]


def test_a_reader_sees_what_was_there_before() -> None:
    seen: list[Any] = []

    table = while_a_transaction_holds_the_item(
        lambda other: seen.append(other.get_item(TableName="table", Key=HELD)["Item"])
    )

    assert seen == [BEFORE]
    assert table.items[("p", "held")] == AFTER


@pytest.mark.parametrize("operation", ["put_item", "update_item", "delete_item"])
def test_a_write_to_the_item_is_a_conflict(operation: str) -> None:
    codes: list[str] = []
    what: Any = {"Item": LATER} if operation == "put_item" else {"Key": HELD}

    def write(other: FakeClient) -> None:
        codes.append(code_of(lambda: getattr(other, operation)(TableName="table", **what)))

    table = while_a_transaction_holds_the_item(write)

    assert codes == ["TransactionConflictException"]
    assert table.items[("p", "held")] == AFTER


def test_another_transaction_over_the_item_is_cancelled() -> None:
    reasons: list[Any] = []

    def write(other: FakeClient) -> None:
        free = {"TableName": "table", "Item": key_values(("p", "free"))}
        actions = [{"Put": free}, {"Put": {"TableName": "table", "Item": LATER}}]
        with pytest.raises(ClientError) as caught:
            other.transact_write_items(TransactItems=actions)
        response: Any = caught.value.response
        reasons.extend(each["Code"] for each in response["CancellationReasons"])

    table = while_a_transaction_holds_the_item(write)

    assert reasons == ["None", "TransactionConflict"]
    assert table.items.keys() == {("p", "held")}


def test_a_batch_leaves_the_item_unprocessed() -> None:
    left: list[Any] = []

    def write(other: FakeClient) -> None:
        wanted = [{"PutRequest": {"Item": LATER}}]
        left.append(other.batch_write_item(RequestItems={"table": wanted})["UnprocessedItems"])

    table = while_a_transaction_holds_the_item(write)

    assert left == [{"table": [{"PutRequest": {"Item": LATER}}]}]
    assert table.items[("p", "held")] == AFTER


def test_a_write_to_another_item_goes_through() -> None:
    def write(other: FakeClient) -> None:
        other.put_item(TableName="table", Item=key_values(("p", "free")))

    table = while_a_transaction_holds_the_item(write)

    assert table.items.keys() == {("p", "held"), ("p", "free")}


def test_the_item_is_free_when_the_transaction_is_over() -> None:
    table = while_a_transaction_holds_the_item(lambda _: None)

    FakeClient(table).put_item(TableName="table", Item=LATER)

    assert table.items[("p", "held")] == LATER


def test_a_transaction_that_dies_on_its_way_leaves_nothing_held() -> None:
    table = FakeTable()

    def die(_other: FakeClient) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        while_a_transaction_holds_the_item(die)
    assert table.held == set()
