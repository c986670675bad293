"""Batches and transactions on the fake table, beside moto."""

from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.dynamodb.table import number, text
from tests.integration.dynamodb.both_tables import INVALID, BothTables, a_case, key, loaded
from tests.integration.world import TABLE

REFUSED = "ConditionalCheckFailed"


def put(item: dict[str, Any], condition: str | None = None, **more: object) -> dict[str, Any]:
    conditions = {} if condition is None else {"ConditionExpression": condition}
    return {"Put": {"TableName": TABLE, "Item": item, **conditions, **more}}


def test_a_batch_of_writes_replaces_and_deletes(both: BothTables) -> None:
    loaded(both)
    wanted = [
        {"PutRequest": {"Item": key("YEAR#2020", "PHASE")}},
        {"DeleteRequest": {"Key": key("CASE#1", "DECISION")}},
    ]

    assert both.ask("batch_write_item", RequestItems={TABLE: wanted}) == {"UnprocessedItems": {}}
    assert both.ask("get_item", Key=key("YEAR#2020", "PHASE"))["Item"] == key("YEAR#2020", "PHASE")
    assert "Item" not in both.ask("get_item", Key=key("CASE#1", "DECISION"))


@pytest.mark.parametrize("number_of_items", [26, 2])
def test_a_batch_of_writes_is_refused_if_it_is_too_large_or_repeats_an_item(
    both: BothTables, number_of_items: int
) -> None:
    some = [key("a", str(place % 26)) for place in range(number_of_items - 1)]
    wanted = [{"PutRequest": {"Item": each}} for each in [*some, some[0]]]

    assert both.ask("batch_write_item", RequestItems={TABLE: wanted})["error"] == INVALID


def test_a_transaction_writes_all(both: BothTables) -> None:
    loaded(both)
    add: dict[str, Any] = {
        "TableName": TABLE,
        "Key": key("AUTHORITY#E1", "TALLY#2020"),
        "UpdateExpression": "ADD #m0 :m0, #m1 :m1",
        "ExpressionAttributeNames": {"#m0": "decisions", "#m1": "upheld"},
        "ExpressionAttributeValues": {":m0": number(2), ":m1": number(1)},
    }
    check = {
        "TableName": TABLE,
        "Key": key("YEAR#2020", "PHASE"),
        "ConditionExpression": "attribute_exists(pk)",
    }
    actions = [
        put(a_case("9"), "attribute_not_exists(pk)"),
        {"Update": add},
        {"ConditionCheck": check},
        {"Delete": {"TableName": TABLE, "Key": key("CASE#1", "DECISION")}},
    ]

    assert both.ask("transact_write_items", TransactItems=actions) == {}

    tally = both.ask("get_item", Key=add["Key"])["Item"]
    assert tally == {**add["Key"], "decisions": number(2), "upheld": number(1)}
    assert both.ask("get_item", Key=key("CASE#9", "DECISION"))["Item"] == a_case("9")
    assert "Item" not in both.ask("get_item", Key=key("CASE#1", "DECISION"))


def test_a_transaction_writes_nothing_and_gives_the_reason_of_every_action(
    both: BothTables,
) -> None:
    loaded(both)
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    actions = [
        put(a_case("1"), "attribute_not_exists(pk)", **shown),
        put(a_case("9"), "attribute_not_exists(pk)"),
        put(a_case("2"), "attribute_not_exists(pk)"),
    ]

    outcome = both.ask("transact_write_items", TransactItems=actions)

    assert outcome["error"] == "TransactionCanceledException"
    assert outcome["reasons"] == [
        {"Code": REFUSED, "Item": a_case("1")},
        {"Code": "None"},
        {"Code": REFUSED},
    ]
    assert "Item" not in both.ask("get_item", Key=key("CASE#9", "DECISION"))


@pytest.mark.parametrize("operation", ["transact_write_items", "batch_write_item"])
def test_botocore_does_not_send_an_empty_request(both: BothTables, operation: str) -> None:
    wanted: dict[str, Any] = {"RequestItems": {TABLE: []}}
    if operation == "transact_write_items":
        wanted = {"TransactItems": []}

    assert both.ask(operation, **wanted) == {"error": "ParamValidationError"}


@pytest.mark.parametrize("references", [["1", "1"], [str(n) for n in range(101)]])
def test_a_transaction_is_refused_if_it_is_too_large_or_repeats_an_item(
    both: BothTables, references: list[str]
) -> None:
    actions = [put(a_case(each)) for each in references]

    assert both.ask("transact_write_items", TransactItems=actions)["error"] == INVALID


def test_a_transaction_is_cancelled_where_an_item_lacks_what_its_update_needs(
    both: BothTables,
) -> None:
    """As AWS has it: moto answers with another code."""
    update = {
        "TableName": TABLE,
        "Key": key("YEAR#2020", "PHASE"),
        "UpdateExpression": "SET steps = list_append(steps, :l)",
        "ExpressionAttributeValues": {":l": {"L": []}},
    }

    outcome = both.ask_fake("transact_write_items", TransactItems=[{"Update": update}])

    assert [reason["Code"] for reason in outcome["reasons"]] == ["ValidationError"]


@pytest.mark.parametrize(
    "item",
    [
        {"pk": text("p")},
        {"pk": text("p"), "sk": number(1)},
        {"pk": text("p"), "sk": text("")},
    ],
)
def test_an_item_without_proper_keys_is_refused(both: BothTables, item: dict[str, Any]) -> None:
    assert both.ask("put_item", Item=item)["error"] == INVALID


@pytest.mark.parametrize("parameter", ["Expected", "Items"])
def test_a_parameter_that_botocore_would_not_send_is_refused(
    both: BothTables, parameter: str
) -> None:
    outcome = both.ask_fake("put_item", TableName=TABLE, Item=key("p", "s"), **{parameter: {}})

    assert outcome["error"] == "ParamValidationError"
