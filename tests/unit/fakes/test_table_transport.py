"""What may happen to a call of the fake table on its way, and how the adapters hear of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.adapters.dynamodb.table import Table, key_values, number, text
from annual_review.services.errors import ConflictError, ThrottledError, UnavailableError
from tests.fakes.faults import ProcessDiedError
from tests.fakes.table.client import FakeClient, Transport
from tests.fakes.table.table import FakeTable
from tests.fakes.table.transport import (
    asked_again,
    in_part,
    losing_the_answer,
    never_arriving,
    stepping,
)
from tests.integration.faults import a_time_out, an_error

KEY = ("p", "s")


def counted(client: FakeClient) -> None:
    """Add one to a number, without a condition."""
    client.update_item(
        TableName="table",
        Key=key_values(KEY),
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": number(1)},
    )


def counted_in_a_transaction(client: FakeClient) -> None:
    update = {
        "TableName": "table",
        "Key": key_values(KEY),
        "UpdateExpression": "ADD times :one",
        "ExpressionAttributeValues": {":one": number(1)},
    }
    client.transact_write_items(TransactItems=[{"Update": update}])


def planned(client: FakeClient) -> None:
    """Write an item that may not be there yet."""
    client.put_item(
        TableName="table",
        Item=key_values(KEY),
        ConditionExpression="attribute_not_exists(pk)",
    )


def times(table: FakeTable) -> int:
    item = table.items.get(KEY, {})
    return int(item["times"]["N"]) if item else 0


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (an_error("ProvisionedThroughputExceededException"), ThrottledError),
        (an_error("TransactionConflictException"), ConflictError),
        (an_error("InternalServerError", status=500), UnavailableError),
        (a_time_out(), UnavailableError),
    ],
)
@pytest.mark.parametrize(("transport", "then"), [(never_arriving, 0), (losing_the_answer, 1)])
def test_a_call_fails_before_or_after_it_took_effect(
    error: Exception,
    expected: type[Exception],
    transport: Callable[[BaseException], Transport],
    then: int,
) -> None:
    table = FakeTable()

    with pytest.raises(expected), port_errors():
        counted(FakeClient(table, transport(error)))

    assert times(table) == then


def test_nobody_hears_of_a_refusal_whose_answer_is_lost() -> None:
    table = FakeTable()
    planned(FakeClient(table))

    with pytest.raises(UnavailableError), port_errors():
        planned(FakeClient(table, losing_the_answer(a_time_out())))


@pytest.mark.parametrize(("transport", "then"), [(never_arriving, 0), (losing_the_answer, 1)])
def test_a_process_dies_before_or_after_its_call_took_effect(
    transport: Callable[[BaseException], Transport], then: int
) -> None:
    table = FakeTable()

    with pytest.raises(ProcessDiedError):
        counted(FakeClient(table, transport(ProcessDiedError())))

    assert times(table) == then


def test_a_write_that_is_asked_for_again_is_made_twice() -> None:
    table = FakeTable()

    counted(FakeClient(table, asked_again()))

    assert times(table) == 2


def test_a_condition_meets_what_the_first_attempt_wrote() -> None:
    with pytest.raises(ConflictError), port_errors():
        planned(FakeClient(FakeTable(), asked_again()))


def test_others_step_in_between_two_attempts() -> None:
    table = FakeTable()
    seen: list[int] = []

    counted(FakeClient(table, asked_again(lambda: seen.append(times(table)))))

    assert seen == [1]


def test_a_transaction_that_is_asked_for_again_is_recognised_by_its_token() -> None:
    table = FakeTable()

    counted_in_a_transaction(FakeClient(table, asked_again()))

    assert times(table) == 1


def test_a_transaction_that_is_asked_for_again_too_late_is_made_twice() -> None:
    table = FakeTable()

    counted_in_a_transaction(FakeClient(table, asked_again(in_time=False)))

    assert times(table) == 2


def test_two_transactions_are_never_taken_for_one() -> None:
    table = FakeTable()
    one, other = FakeClient(table), FakeClient(table)

    for client in (one, one, other):
        counted_in_a_transaction(client)

    assert times(table) == 3


def test_a_token_is_not_used_for_another_transaction() -> None:
    client: Any = FakeClient(FakeTable())

    def put(sk: str) -> None:
        item = {"TableName": "table", "Item": key_values(("p", sk))}
        client.transact_write_items(TransactItems=[{"Put": item}], ClientRequestToken="same")

    put("1")
    with pytest.raises(Exception, match="IdempotentParameterMismatchException"):
        put("2")


def test_others_step_in_before_a_call_and_before_its_answer() -> None:
    table = FakeTable()
    seen: list[int] = []

    counted(FakeClient(table, stepping(lambda: seen.append(times(table)))))

    assert seen == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_batches_in_part_come_to_their_end_all_the_same(seed: int) -> None:
    fake: Any = FakeClient(FakeTable(), in_part(Random(seed)))
    table = Table(fake, "table", pause=lambda _: None)
    items = [{**key_values(("p", str(place))), "name": text("a")} for place in range(8)]

    for item in items:
        fake.put_item(TableName="table", Item=item)

    found = table.get_all(("p", str(place)) for place in range(4))
    assert sorted(found, key=str) == items[:4]


def test_a_batch_in_part_leaves_something_over_and_does_something() -> None:
    client = FakeClient(FakeTable(), in_part(Random(1)))
    puts = [{"PutRequest": {"Item": key_values(("p", str(place)))}} for place in range(4)]

    left = client.batch_write_item(RequestItems={"table": puts})["UnprocessedItems"]["table"]

    assert 0 < len(left) < 4
    assert all(each in puts for each in left)
