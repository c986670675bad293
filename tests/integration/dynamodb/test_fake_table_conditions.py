"""Conditions on the fake table, beside moto; where moto is wrong, what AWS was seen to do."""

from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.dynamodb.table import number, text
from tests.integration.dynamodb.both_tables import INVALID, KEY, BothTables

ITEM = {
    "version": number(3),
    "bigger": number(30),
    "attempts": number(0),
    "phase": text("planned"),
    "message_sha256": text("abc"),
    "approved_sha256": text("abc"),
    "authority_year": text("E07000075#2020"),
    "steps": {"L": [{"S": "one"}, {"S": "two"}]},
    "parts": {"M": {"a": number(1), "b": {"L": [text("x"), number(5)]}}},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "codes": {"SS": ["a", "b"]},
}

# What the product asks today, in the words of its adapters.
OF_THE_PRODUCT: list[tuple[str, dict[str, Any], bool]] = [
    ("attribute_not_exists(pk)", {}, False),
    ("version = :seen", {":seen": number(3)}, True),
    ("version = :seen", {":seen": number(2)}, False),
    ("phase = :given", {":given": text("planned")}, True),
    ("phase = :given", {":given": text("closed")}, False),
    ("phase IN (:given0, :given1)", {":given0": text("a"), ":given1": text("planned")}, True),
    ("phase IN (:given0)", {":given0": text("a")}, False),
    (
        "phase IN (:a) AND attribute_exists(message_sha256) AND approved_sha256 = message_sha256",
        {":a": text("planned")},
        True,
    ),
    ("size(steps) = :if_seen", {":if_seen": number(2)}, True),
    ("size(steps) = :if_seen", {":if_seen": number(3)}, False),
    ("attempts > :none", {":none": number(0)}, False),
    (
        "(attribute_not_exists(m1) OR m1 = :s1) AND version = :s2",
        {":s1": number(0), ":s2": number(3)},
        True,
    ),
    (
        "sk = :tally OR contains(authority_year, :year)",
        {":tally": text("TALLY#2020"), ":year": text("#2020")},
        True,
    ),
    ("begins_with(pk, :case)", {":case": text("CASE#")}, False),
]

OTHERS: list[tuple[str, dict[str, Any], bool | str]] = [
    ("version <> :v", {":v": number(3)}, False),
    ("version <> :v", {":v": number(4)}, True),
    ("version <> :v", {":v": text("3")}, True),
    ("version = :v", {":v": text("3")}, False),
    ("version < :v", {":v": number(20)}, True),
    ("version < bigger", {}, True),
    ("version >= :v", {":v": number(3)}, True),
    ("version <= :v", {":v": number(2)}, False),
    (":v < version", {":v": number(-1)}, True),
    ("phase > :v", {":v": text("plan")}, True),
    ("phase < :v", {":v": text("~")}, True),
    ("lacking < :v", {":v": number(1)}, False),
    ("lacking = :v", {":v": number(1)}, False),
    ("version BETWEEN :low AND :high", {":low": number(3), ":high": number(3)}, True),
    ("version BETWEEN :low AND :high", {":low": number(4), ":high": number(9)}, False),
    ("version between :low and bigger", {":low": number(2)}, True),
    ("NOT version = :v", {":v": number(3)}, False),
    ("NOT (version = :v)", {":v": number(4)}, True),
    ("NOT version = :v AND phase = :p", {":v": number(4), ":p": text("planned")}, True),
    (
        "version = :v OR version = :w AND phase = :p",
        {":v": number(3), ":w": number(9), ":p": text("no")},
        True,
    ),
    (
        "(version = :v OR version = :w) AND phase = :p",
        {":v": number(3), ":w": number(9), ":p": text("no")},
        False,
    ),
    ("attribute_exists(parts.a)", {}, True),
    ("attribute_exists(parts.z)", {}, False),
    ("attribute_exists(phase.a)", {}, False),
    ("attribute_exists(steps[1])", {}, True),
    ("attribute_exists(steps[2])", {}, False),
    ("parts.b[1] = :v", {":v": number(5)}, True),
    ("parts.a < parts.b[1]", {}, True),
    ("parts = :v", {":v": ITEM["parts"]}, True),
    ("steps = :v", {":v": {"L": [{"S": "two"}, {"S": "one"}]}}, False),
    ("yes = :v", {":v": {"BOOL": True}}, True),
    ("nothing = :v", {":v": {"NULL": True}}, True),
    ("contains(steps, :v)", {":v": text("two")}, True),
    ("contains(steps, :v)", {":v": text("tw")}, False),
    ("contains(codes, :v)", {":v": text("a")}, True),
    ("begins_with(phase, :v)", {":v": text("plan")}, True),
    ("attribute_type(version, :v)", {":v": text("N")}, True),
    ("attribute_type(version, :v)", {":v": text("S")}, False),
    ("size(phase) > :v", {":v": number(6)}, True),
    ("size(parts) = :v", {":v": number(2)}, True),
    ("lacking <> :v", {":v": number(1)}, True),
    ("begins_with(version, :v)", {":v": text("3")}, False),
    ("version BETWEEN bigger AND :w", {":w": number(1)}, False),
    ("version = :v", {":v": {"N": "3.0"}}, True),
    ("version = :v", {":v": {"N": "0.3e1"}}, True),
    ("codes = :v", {":v": {"SS": ["b", "a"]}}, True),
    ("((version = :v))", {":v": number(3)}, INVALID),
    ("state = :v", {":v": text("a word that AWS keeps for itself")}, INVALID),
    ("attribute_exists(version)", {":unused": number(3)}, INVALID),
]

# So they were seen on AWS by those who wrote other stand-ins for it. Moto answers something else.
MOTO_IS_WRONG: list[tuple[str, dict[str, Any], bool | str]] = [
    # What is missing equals nothing, not even something else that is missing.
    ("lacking = gone", {}, False),
    ("lacking <> gone", {}, True),
    # A value that was sent has to be of a type that fits; one that is stored just doesn't match.
    ("version < :v", {":v": {"L": [{"S": "a"}]}}, INVALID),
    ("begins_with(phase, :v)", {":v": number(1)}, INVALID),
    ("steps < :v", {":v": number(1)}, False),
    ("version BETWEEN :v AND :w", {":v": number(4), ":w": number(1)}, INVALID),
    ("version BETWEEN :v AND :w", {":v": number(1), ":w": text("4")}, INVALID),
    ("size(version) = :v", {":v": number(1)}, False),
    ("size(version)", {}, INVALID),
    ("version", {}, INVALID),
    ("attribute_exists(version) = :v", {":v": number(1)}, INVALID),
    ("attribute_exists(:v)", {":v": number(1)}, INVALID),
    ("attribute_type(version, :v)", {":v": text("DOG")}, INVALID),
    ("size(steps, steps) = :v", {":v": number(1)}, INVALID),
    ("contains(steps, steps)", {}, INVALID),
    ("dog(version)", {}, INVALID),
    ("ATTRIBUTE_EXISTS(version)", {}, INVALID),
    ("version IN ()", {}, INVALID),
    ("", {}, INVALID),
    # Moto crashes at these.
    ("size(lacking) = :v", {":v": number(0)}, False),
    ("begins_with(lacking, :v)", {":v": text("plan")}, False),
    ("version = ", {}, INVALID),
    ("version = :v)", {":v": number(3)}, INVALID),
    ("version = :v phase = :v", {":v": number(3)}, INVALID),
    ("version ! :v", {":v": number(3)}, INVALID),
    ("version = :undefined", {}, INVALID),
    ("#undefined = :v", {":v": number(3)}, INVALID),
]


@pytest.mark.parametrize(("condition", "values", "expected"), [*OF_THE_PRODUCT, *OTHERS])
def test_a_condition_on_an_item(
    both: BothTables,
    condition: str,
    values: dict[str, Any],
    expected: bool | str,  # noqa: FBT001
) -> None:
    both.put(**ITEM)

    assert both.judge(condition, values=values) == expected


@pytest.mark.parametrize(("condition", "values", "expected"), MOTO_IS_WRONG)
def test_a_condition_of_which_moto_is_not_to_be_believed(
    both: BothTables,
    condition: str,
    values: dict[str, Any],
    expected: bool | str,  # noqa: FBT001
) -> None:
    both.put(**ITEM)

    assert both.judge(condition, moto=False, values=values) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("attribute_not_exists(pk)", True),
        ("attribute_exists(pk)", False),
        ("version = :v", False),
        ("NOT version = :v", True),
    ],
)
def test_a_condition_where_there_is_no_item(
    both: BothTables,
    condition: str,
    expected: bool,  # noqa: FBT001
) -> None:
    values = {":v": number(1)} if ":v" in condition else {}

    assert both.judge(condition, values=values) == expected


def test_names_stand_for_attributes_that_could_not_be_written_out(both: BothTables) -> None:
    both.put(state=text("prepared"), parts={"M": {"a.b": number(1)}})

    names = {"#state": "state", "#dotted": "a.b"}
    condition = "#state = :v AND attribute_exists(parts.#dotted)"
    assert both.judge(condition, names=names, values={":v": text("prepared")}) is True
    assert both.judge("#state = :v", names=names, values={":v": text("prepared")}) == INVALID


def test_an_empty_set_of_placeholders_is_refused(both: BothTables) -> None:
    request = {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {}}

    assert both.ask("put_item", Item=KEY, **request)["error"] == INVALID


@pytest.mark.parametrize("operation", ["put_item", "update_item", "delete_item"])
def test_a_refusal_shows_what_was_there_to_those_who_ask(both: BothTables, operation: str) -> None:
    both.put(version=number(3))
    what = {"Item": KEY} if operation == "put_item" else {"Key": KEY}
    if operation == "update_item":
        what["UpdateExpression"] = "REMOVE phase"  # type: ignore[assignment]
    request: dict[str, Any] = {**what, "ConditionExpression": "attribute_not_exists(pk)"}

    silent = both.ask(operation, **request)
    shown = both.ask(operation, **request, ReturnValuesOnConditionCheckFailure="ALL_OLD")

    assert silent["item"] is None
    assert shown["item"] == {**KEY, "version": number(3)}


def test_a_refusal_where_nothing_was_there_shows_nothing(both: BothTables) -> None:
    outcome = both.ask(
        "put_item",
        Item=KEY,
        ConditionExpression="attribute_exists(pk)",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )

    assert outcome["item"] is None
