"""Updates on the fake table, beside moto; where moto is wrong, what AWS was seen to do."""

from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.dynamodb.table import number, text
from tests.integration.dynamodb.both_tables import INVALID, KEY, REFUSED, BothTables, an_update
from tests.integration.world import TABLE

ITEM = {
    "version": number(3),
    "phase": text("planned"),
    "steps": {"L": [{"S": "one"}, {"S": "two"}, {"S": "three"}]},
    "parts": {"M": {"a": number(1), "b": {"L": [text("x"), number(5)]}}},
}

GOOD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("SET phase = :p", {":p": text("closed")}, {"phase": text("closed")}),
    (
        "set phase = :p, printed = :l",
        {":p": text("closed"), ":l": {"L": [{"S": "a"}]}},
        {"phase": text("closed"), "printed": {"L": [{"S": "a"}]}},
    ),
    (
        "SET steps = list_append(steps, :l)",
        {":l": {"L": [{"S": "four"}]}},
        {"steps": {"L": [{"S": "one"}, {"S": "two"}, {"S": "three"}, {"S": "four"}]}},
    ),
    (
        "SET steps = list_append(:l, steps)",
        {":l": {"L": [{"S": "zero"}]}},
        {"steps": {"L": [{"S": "zero"}, {"S": "one"}, {"S": "two"}, {"S": "three"}]}},
    ),
    (
        "SET steps = list_append(if_not_exists(steps, :e), :l)",
        {":e": {"L": []}, ":l": {"L": []}},
        {},
    ),
    (
        "SET journal = list_append(if_not_exists(journal, :e), :l)",
        {":e": {"L": []}, ":l": {"L": [{"S": "a"}]}},
        {"journal": {"L": [{"S": "a"}]}},
    ),
    ("SET phase = if_not_exists(phase, :p)", {":p": text("closed")}, {}),
    ("SET version = version + :n", {":n": number(2)}, {"version": number(5)}),
    ("SET version = version - :n", {":n": number(5)}, {"version": number(-2)}),
    ("SET version = :n - version", {":n": {"N": "3.5"}}, {"version": {"N": "0.5"}}),
    (
        "SET seen = version, version = version + :n",
        {":n": number(1)},
        {"seen": number(3), "version": number(4)},
    ),
    ("ADD version :n", {":n": number(-3)}, {"version": number(0)}),
    ("ADD attempts :n", {":n": number(1)}, {"attempts": number(1)}),
    (
        "ADD version :n, attempts :n",
        {":n": number(1)},
        {"version": number(4), "attempts": number(1)},
    ),
    (
        "SET phase = :p, steps = list_append(steps, :l) ADD version :n",
        {":p": text("closed"), ":l": {"L": [{"S": "four"}]}, ":n": number(0)},
        {
            "phase": text("closed"),
            "steps": {"L": [{"S": "one"}, {"S": "two"}, {"S": "three"}, {"S": "four"}]},
        },
    ),
    ("REMOVE lacking", {}, {}),
    (
        "SET parts.a = :n",
        {":n": number(2)},
        {"parts": {"M": {"a": number(2), "b": {"L": [text("x"), number(5)]}}}},
    ),
    (
        "SET parts.c = :n REMOVE parts.a",
        {":n": number(2)},
        {"parts": {"M": {"c": number(2), "b": {"L": [text("x"), number(5)]}}}},
    ),
    (
        "SET steps[1] = :t",
        {":t": text("TWO")},
        {"steps": {"L": [{"S": "one"}, {"S": "TWO"}, {"S": "three"}]}},
    ),
    (
        "SET steps[9] = :t",
        {":t": text("four")},
        {"steps": {"L": [{"S": "one"}, {"S": "two"}, {"S": "three"}, {"S": "four"}]}},
    ),
    (
        "SET parts.b[0] = :t",
        {":t": text("y")},
        {"parts": {"M": {"a": number(1), "b": {"L": [text("y"), number(5)]}}}},
    ),
    ("REMOVE steps[0], steps[2]", {}, {"steps": {"L": [{"S": "two"}]}}),
]

BAD: list[tuple[str, dict[str, Any]]] = [
    ("SET phase = lacking", {}),
    ("SET steps = list_append(lacking, :l)", {":l": {"L": [{"S": "a"}]}}),
    ("SET version = version + :n", {":n": text("1")}),
    ("SET lacking.a = :n", {":n": number(1)}),
    ("ADD phase :n", {":n": number(1)}),
    ("ADD version :n", {":n": text("1")}),
    ("SET pk = :t", {":t": text("q")}),
    ("SET phase = :t SET journal = :t", {":t": text("q")}),
    ("SET phase = :t, phase = :u", {":t": text("q"), ":u": text("r")}),
    ("SET phase = :t REMOVE phase", {":t": text("q")}),
    ("SET state = :t", {":t": text("a word that AWS keeps for itself")}),
    ("SET phase := :t", {":t": text("q")}),
    ("SET phase = :undefined", {":t": text("q")}),
    ("SET phase = :t", {":t": text("q"), ":unused": text("q")}),
    ("", {}),
]

MOTO_IS_WRONG: list[tuple[str, dict[str, Any]]] = [
    ("SET phase.a = :n", {":n": number(1)}),
    ("SET steps = list_append(phase, :l)", {":l": {"L": [{"S": "a"}]}}),
    ("SET phase = :t REMOVE sk", {":t": text("q")}),
    ("SET parts = :t, parts.a = :t", {":t": text("q")}),
    ("SET steps = list_append(list_append(steps, :l), :l)", {":l": {"L": [{"S": "a"}]}}),
    ("SET version = version + :n + :n", {":n": number(1)}),
    ("SET phase = LIST_APPEND(steps, :l)", {":l": {"L": [{"S": "a"}]}}),
    ("SET authority_year = :n", {":n": number(1)}),
]


@pytest.mark.parametrize(("expression", "values", "changes"), GOOD)
def test_an_update_of_an_item(
    both: BothTables, expression: str, values: dict[str, Any], changes: dict[str, Any]
) -> None:
    both.put(**ITEM)

    assert both.update(expression, values=values) == {**KEY, **ITEM, **changes} == both.item()


@pytest.mark.parametrize(("expression", "values"), BAD)
def test_an_update_that_is_refused_and_leaves_the_item(
    both: BothTables, expression: str, values: dict[str, Any]
) -> None:
    both.put(**ITEM)

    assert both.update(expression, values=values)["error"] == INVALID
    assert both.item() == {**KEY, **ITEM}


@pytest.mark.parametrize(("expression", "values"), MOTO_IS_WRONG)
def test_an_update_that_aws_refuses_and_moto_does_not(
    both: BothTables, expression: str, values: dict[str, Any]
) -> None:
    both.put(**ITEM)

    request = an_update(expression, values=values)
    assert both.ask_fake("update_item", TableName=TABLE, **request)["error"] == INVALID
    assert both.item() == {**KEY, **ITEM}


@pytest.mark.parametrize(
    ("expression", "then"),
    [
        ("ADD attempts :n", {"attempts": number(1)}),
        ("SET attempts = if_not_exists(attempts, :n)", {"attempts": number(1)}),
    ],
)
def test_an_update_makes_the_item_that_was_not_there(
    both: BothTables, expression: str, then: dict[str, Any]
) -> None:
    assert both.update(expression, values={":n": number(1)}) == {**KEY, **then} == both.item()


def test_an_update_on_condition_that_the_item_is_there_makes_none(both: BothTables) -> None:
    outcome = both.update(
        "ADD attempts :n", values={":n": number(1)}, ConditionExpression="attribute_exists(pk)"
    )

    assert outcome["error"] == REFUSED
    assert both.item() == {}


@pytest.mark.parametrize("returns", ["NONE", "ALL_OLD", "ALL_NEW"])
def test_an_update_returns_what_it_is_asked_for(both: BothTables, returns: str) -> None:
    both.put(version=number(1))
    request = an_update("ADD version :n", values={":n": number(1)}, names={})

    outcome = both.ask("update_item", **{**request, "ReturnValues": returns})

    versions = {"NONE": None, "ALL_OLD": number(1), "ALL_NEW": number(2)}
    assert outcome.get("Attributes", {}).get("version") == versions[returns]


def test_numbers_are_kept_in_one_form(both: BothTables) -> None:
    """As AWS does; moto keeps them as they came."""
    sent = ("1.0", "01", "1e2", "-0", ".50", "-7", "123456789012345678901234567890")
    names = [f"n{place}" for place in range(len(sent))]
    item = {name: {"N": each} for name, each in zip(names, sent, strict=True)}
    both.fake.put_item(TableName=TABLE, Item={**KEY, **item})

    found = both.fake.get_item(TableName=TABLE, Key=KEY)["Item"]

    kept = ["1", "1", "100", "0", "0.5", "-7", "123456789012345678901234567890"]
    assert [found[name]["N"] for name in names] == kept


def test_neither_the_item_sent_nor_the_one_answered_is_the_one_stored(both: BothTables) -> None:
    sent: dict[str, Any] = {**KEY, "steps": {"L": [{"S": "one"}]}}
    both.fake.put_item(TableName=TABLE, Item=sent)
    sent["steps"]["L"].append(text("two"))
    both.fake.get_item(TableName=TABLE, Key=KEY)["Item"]["version"] = number(9)

    assert both.fake.get_item(TableName=TABLE, Key=KEY)["Item"] == {
        **KEY,
        "steps": {"L": [{"S": "one"}]},
    }
