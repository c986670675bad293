"""The index of the fake table lags as a test says."""

from __future__ import annotations

from typing import Any

from annual_review.adapters.dynamodb.case_table import INDEX
from annual_review.adapters.dynamodb.table import key_values, number, text
from tests.fakes.table.client import FakeClient
from tests.fakes.table.storage import Index
from tests.fakes.table.table import FakeTable


def case(reference: str, version: int = 1, year: str = "E1#2020") -> dict[str, Any]:
    return {
        **key_values((f"CASE#{reference}", "DECISION")),
        "version": number(version),
        "authority_year": text(year),
        "sk_case": text(f"DECISION#{reference}"),
    }


def keep(client: FakeClient, item: dict[str, Any]) -> None:
    client.put_item(TableName="table", Item=item)


def listed(client: FakeClient, partition: str = "E1#2020") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.query(
        TableName="table",
        IndexName=INDEX,
        KeyConditionExpression="authority_year = :partition",
        ExpressionAttributeValues={":partition": text(partition)},
    )["Items"]
    return found


def test_an_index_without_lag_shows_every_change_at_once() -> None:
    client = FakeClient(FakeTable())

    keep(client, case("1"))

    assert listed(client) == [case("1")]


def test_a_change_that_is_kept_back_leaves_the_item_as_it_was() -> None:
    late: set[str] = set()
    table = FakeTable(index=Index(lag=lambda key: key[0] in late))
    client = FakeClient(table)
    keep(client, case("1"))
    assert listed(client) == [case("1")]

    late.add("CASE#1")
    keep(client, case("1", version=2, year="E2#2020"))

    assert listed(client) == [case("1")]
    assert listed(client, "E2#2020") == []
    assert table.items[("CASE#1", "DECISION")]["version"] == number(2)

    late.clear()
    assert listed(client) == []
    assert listed(client, "E2#2020") == [case("1", version=2, year="E2#2020")]


def test_the_changes_of_one_item_are_shown_in_their_order() -> None:
    """The first is kept back when it is asked for, so that the second can't come before it."""
    answers = iter([True, False, False])
    client = FakeClient(FakeTable(index=Index(lag=lambda _: next(answers))))
    keep(client, case("1"))
    keep(client, case("1", version=2))

    assert listed(client) == []
    assert listed(client) == [case("1", version=2)]


def test_one_item_may_be_late_while_another_is_shown() -> None:
    client = FakeClient(FakeTable(index=Index(lag=lambda key: key[0] == "CASE#1")))
    keep(client, case("1"))
    keep(client, case("2"))

    assert listed(client) == [case("2")]


def test_a_deletion_lags_too() -> None:
    late: set[str] = set()
    client = FakeClient(FakeTable(index=Index(lag=lambda key: key[0] in late)))
    keep(client, case("1"))
    assert listed(client) == [case("1")]

    late.add("CASE#1")
    client.delete_item(TableName="table", Key=key_values(("CASE#1", "DECISION")))

    assert listed(client) == [case("1")]


def test_an_index_that_catches_up_shows_everything() -> None:
    table = FakeTable(index=Index(lag=lambda _: True))
    client = FakeClient(table)
    keep(client, case("1"))
    assert listed(client) == []

    table.index.catch_up()

    assert listed(client) == [case("1")]
