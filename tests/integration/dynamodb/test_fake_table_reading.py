"""Reading the fake table, beside moto."""

from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.dynamodb.case_table import INDEX
from annual_review.adapters.dynamodb.table import number, text
from tests.integration.dynamodb.both_tables import INVALID, BothTables, a_case, key, loaded
from tests.integration.world import TABLE


@pytest.mark.parametrize(
    ("condition", "more", "found"),
    [
        ("pk = :pk AND begins_with(sk, :sk)", {":sk": "LETTER#"}, ["1", "10", "2"]),
        ("pk = :pk AND sk = :sk", {":sk": "LETTER#2"}, ["2"]),
        ("sk = :sk AND pk = :pk", {":sk": "LETTER#2"}, ["2"]),
        ("pk = :pk AND sk < :sk", {":sk": "LETTER#10"}, ["1"]),
        ("pk = :pk AND sk > :sk", {":sk": "NOTE#1"}, ["PHASE"]),
        ("pk = :pk AND sk >= :sk", {":sk": "NOTE#1"}, ["1", "PHASE"]),
        (
            "pk = :pk AND sk BETWEEN :sk AND :to",
            {":sk": "LETTER#1", ":to": "LETTER#2"},
            ["1", "10", "2"],
        ),
        ("pk = :pk", {}, ["1", "10", "2", "LETTERS", "1", "PHASE"]),
    ],
)
def test_a_query_finds_a_part_of_a_partition_in_order(
    both: BothTables, condition: str, more: dict[str, str], found: list[str]
) -> None:
    values = {name: text(each) for name, each in {":pk": "YEAR#2020", **more}.items()}

    answer = loaded(both).ask(
        "query",
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        ConsistentRead=True,
    )

    assert [item["sk"]["S"].split("#")[-1] for item in answer["Items"]] == found


@pytest.mark.parametrize("forward", [True, False])
def test_a_query_goes_on_after_the_last_key(both: BothTables, forward: bool) -> None:  # noqa: FBT001
    loaded(both)
    request: dict[str, Any] = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": text("YEAR#2020")},
        "ScanIndexForward": forward,
    }
    whole = both.ask("query", **request)["Items"]

    first = both.ask("query", **request, Limit=4)
    rest = both.ask("query", **request, Limit=4, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert first["Items"] + rest["Items"] == whole
    assert (first["Count"], rest["Count"]) == (4, 2)


def test_the_index_lists_cases_in_their_order_and_gives_keys_to_go_on(both: BothTables) -> None:
    loaded(both)
    request: dict[str, Any] = {
        "IndexName": INDEX,
        "KeyConditionExpression": "authority_year = :partition",
        "ExpressionAttributeValues": {":partition": text("E1#2020")},
    }

    first = both.ask("query", **request, Limit=2)
    rest = both.ask("query", **request, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert first["LastEvaluatedKey"].keys() == {"pk", "sk", "authority_year", "sk_case"}
    assert first["Items"] + rest["Items"] == [a_case("1"), a_case("2"), a_case("3")]


def test_the_index_follows_what_becomes_of_a_case(both: BothTables) -> None:
    loaded(both)
    both.put(**a_case("1", "E2#2020"))
    both.put(**key("CASE#2", "DECISION"))
    both.ask("delete_item", Key=key("CASE#3", "DECISION"))

    def listed(partition: str) -> list[Any]:
        found: list[Any] = both.ask(
            "query",
            IndexName=INDEX,
            KeyConditionExpression="authority_year = :partition",
            ExpressionAttributeValues={":partition": text(partition)},
        )["Items"]
        return found

    assert listed("E1#2020") == []
    assert listed("E2#2020") == [a_case("1", "E2#2020"), a_case("4", "E2#2020")]


def test_a_consistent_query_of_the_index_is_refused(both: BothTables) -> None:
    outcome = both.ask(
        "query",
        IndexName=INDEX,
        KeyConditionExpression="authority_year = :partition",
        ExpressionAttributeValues={":partition": text("E1#2020")},
        ConsistentRead=True,
    )

    assert outcome["error"] == INVALID


@pytest.mark.parametrize(
    "condition", ["sk = :v", "pk < :v", "pk = :v AND weight = :v", "pk = :v OR sk = :v"]
)
def test_a_query_needs_a_partition_and_no_more_than_keys(both: BothTables, condition: str) -> None:
    """Moto refuses some of these in words of its own, and takes others."""
    outcome = both.ask_fake(
        "query",
        TableName=TABLE,
        KeyConditionExpression=condition,
        ExpressionAttributeValues={":v": text("YEAR#2020")},
    )

    assert outcome["error"] == INVALID


def test_a_scan_finds_the_same_in_pages_as_at_once(both: BothTables) -> None:
    """The order is that of hashes and no promise: moto has another."""
    loaded(both)
    request: dict[str, Any] = {
        "TableName": TABLE,
        "FilterExpression": "begins_with(sk, :letter) OR contains(authority_year, :year)",
        "ExpressionAttributeValues": {":letter": text("LETTER#"), ":year": text("#2020")},
        "ProjectionExpression": "pk, sk, authority_year",
        "ConsistentRead": True,
    }
    wanted = both.moto.scan(**request)["Items"]
    both.table.page_size = 3

    found: list[Any] = []
    pages = 0
    while pages == 0 or "ExclusiveStartKey" in request:
        answer = both.fake.scan(**request)
        found += answer["Items"]
        pages += 1
        request.pop("ExclusiveStartKey", None)
        if last := answer.get("LastEvaluatedKey"):
            request["ExclusiveStartKey"] = last

    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert len(found) == 8
    assert pages == 4


def test_a_batch_of_readings_finds_what_is_there(both: BothTables) -> None:
    loaded(both)
    keys = [key("YEAR#2020", "PHASE"), key("YEAR#2020", "NOTHING"), key("CASE#1", "DECISION")]

    answer = both.ask(
        "batch_get_item", RequestItems={TABLE: {"Keys": keys, "ConsistentRead": True}}
    )

    assert answer["Responses"][TABLE][1] == a_case("1")
    assert answer["UnprocessedKeys"] == {}


@pytest.mark.parametrize("keys", [[str(n) for n in range(101)], ["1", "1"]])
def test_a_batch_of_readings_is_refused_if_it_is_too_large_or_repeats_an_item(
    both: BothTables, keys: list[str]
) -> None:
    wanted = {"Keys": [key("a", each) for each in keys]}

    assert both.ask("batch_get_item", RequestItems={TABLE: wanted})["error"] == INVALID


@pytest.mark.parametrize("wrong", [{"pk": text("p")}, {**key("p", "s"), "more": text("x")}])
def test_a_key_has_both_attributes_and_no_more(both: BothTables, wrong: dict[str, Any]) -> None:
    assert both.ask("get_item", Key=wrong)["error"] == INVALID


def test_a_key_of_another_type_is_refused(both: BothTables) -> None:
    """By AWS: moto finds nothing there, or takes what is to be a key of the index."""
    wrong = {"pk": text("p"), "sk": number(1)}
    item = {**key("p", "s"), "authority_year": number(1)}

    assert both.ask_fake("get_item", TableName=TABLE, Key=wrong)["error"] == INVALID
    assert both.ask_fake("put_item", TableName=TABLE, Item=item)["error"] == INVALID


def test_a_table_of_another_name_is_not_there(both: BothTables) -> None:
    outcome = both.ask_fake("get_item", TableName="another", Key=key("p", "s"))

    assert outcome["error"] == "ResourceNotFoundException"
