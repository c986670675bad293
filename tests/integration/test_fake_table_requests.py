"""Reading, batches and transactions on the fake table, beside moto."""

from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.case_table import INDEX
from annual_review.adapters.table import number, text
from tests.integration.both_tables import INVALID, BothTables
from tests.integration.world import TABLE

REFUSED = "ConditionalCheckFailed"


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": text(pk), "sk": text(sk)}


def case(reference: str, year: str = "E1#2020") -> dict[str, Any]:
    return {
        **key(f"CASE#{reference}", "DECISION"),
        "authority_year": text(year),
        "sk_case": text(f"DECISION#{reference}"),
    }


def put(item: dict[str, Any], condition: str | None = None, **more: object) -> dict[str, Any]:
    conditions = {} if condition is None else {"ConditionExpression": condition}
    return {"Put": {"TableName": TABLE, "Item": item, **conditions, **more}}


def loaded(both: BothTables) -> BothTables:
    for sk in ("NOTE#1", "LETTER#2", "LETTER#1", "LETTER#10", "PHASE", "LETTERS"):
        both.put(**key("YEAR#2020", sk), weight=number(len(sk)))
    both.put(**key("YEAR#2021", "LETTER#1"))
    for each in (case("2"), case("1"), case("3"), case("4", "E2#2020")):
        both.put(**each)
    return both


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
    assert first["Items"] + rest["Items"] == [case("1"), case("2"), case("3")]


def test_the_index_follows_what_becomes_of_a_case(both: BothTables) -> None:
    loaded(both)
    both.put(**case("1", "E2#2020"))
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
    assert listed("E2#2020") == [case("1", "E2#2020"), case("4", "E2#2020")]


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

    assert answer["Responses"][TABLE][1] == case("1")
    assert answer["UnprocessedKeys"] == {}


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


@pytest.mark.parametrize("keys", [[str(n) for n in range(101)], ["1", "1"]])
def test_a_batch_of_readings_is_refused_if_it_is_too_large_or_repeats_an_item(
    both: BothTables, keys: list[str]
) -> None:
    wanted = {"Keys": [key("a", each) for each in keys]}

    assert both.ask("batch_get_item", RequestItems={TABLE: wanted})["error"] == INVALID


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
        put(case("9"), "attribute_not_exists(pk)"),
        {"Update": add},
        {"ConditionCheck": check},
        {"Delete": {"TableName": TABLE, "Key": key("CASE#1", "DECISION")}},
    ]

    assert both.ask("transact_write_items", TransactItems=actions) == {}

    tally = both.ask("get_item", Key=add["Key"])["Item"]
    assert tally == {**add["Key"], "decisions": number(2), "upheld": number(1)}
    assert both.ask("get_item", Key=key("CASE#9", "DECISION"))["Item"] == case("9")
    assert "Item" not in both.ask("get_item", Key=key("CASE#1", "DECISION"))


def test_a_transaction_writes_nothing_and_gives_the_reason_of_every_action(
    both: BothTables,
) -> None:
    loaded(both)
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    actions = [
        put(case("1"), "attribute_not_exists(pk)", **shown),
        put(case("9"), "attribute_not_exists(pk)"),
        put(case("2"), "attribute_not_exists(pk)"),
    ]

    outcome = both.ask("transact_write_items", TransactItems=actions)

    assert outcome["error"] == "TransactionCanceledException"
    assert outcome["reasons"] == [
        {"Code": REFUSED, "Item": case("1")},
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
    actions = [put(case(each)) for each in references]

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


@pytest.mark.parametrize("parameter", ["Expected", "Items"])
def test_a_parameter_that_botocore_would_not_send_is_refused(
    both: BothTables, parameter: str
) -> None:
    outcome = both.ask_fake("put_item", TableName=TABLE, Item=key("p", "s"), **{parameter: {}})

    assert outcome["error"] == "ParamValidationError"
