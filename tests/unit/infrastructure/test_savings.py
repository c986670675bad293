"""What the emulator does once, over stand-ins for what it wraps."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from infrastructure.local import savings

BEGINS = "pk = :year AND begins_with(sk, :note)"
IN_2020 = {":year": {"S": "YEAR#2020"}, ":note": {"S": "NOTE#"}}


@pytest.fixture
def thresholds() -> Iterator[tuple[int, int, int]]:
    """What the search for garbage was set to, and is again after the test."""
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def an_item(sort_key: str, year: int = 2020) -> dict[str, Any]:
    return {"pk": {"S": f"YEAR#{year}"}, "sk": {"S": sort_key}}


class Table:
    """Stands in for the emulator's tables, and remembers which items it judged itself."""

    def __init__(self) -> None:
        self.judged: list[str] = []
        self._evaluate_condition = self._evaluate
        savings.compare_keys_directly(self)

    def _evaluate(
        self, text: str, item: dict[str, Any], _values: object, _names: object, slot: str
    ) -> bool:
        if "(sk, :note)" not in text:
            raise ValueError(f"Invalid {slot}")
        self.judged.append(item["sk"]["S"])
        return bool(item["sk"]["S"].startswith("NOTE#"))

    def finds(
        self, item: dict[str, Any], slot: str = "KeyConditionExpression", text: str = BEGINS
    ) -> bool:
        return bool(self._evaluate_condition(text, item, IN_2020, {}, slot=slot))


def test_an_expression_is_parsed_once_and_nobody_changes_it_for_others() -> None:
    parsed: list[str] = []

    def tokenize(text: str) -> list[str]:
        parsed.append(text)
        return text.split()

    dynamodb = SimpleNamespace(
        _tokenize=tokenize, _condition_syntax_error=lambda text, slot: f"{slot}: {text}"
    )
    savings.parse_expressions_once(dynamodb)

    dynamodb._tokenize("a = :b").clear()

    assert dynamodb._tokenize("a = :b") == ["a", "=", ":b"]
    assert dynamodb._tokenize("c = :d") == ["c", "=", ":d"]
    assert parsed == ["a = :b", "c = :d"]
    assert dynamodb._condition_syntax_error("x", "Filter") == "Filter: x"


def test_the_emulator_judges_a_key_condition_once_and_keys_are_compared_from_then_on() -> None:
    table = Table()
    items = [an_item("NOTE#1"), an_item("NOTE#2"), an_item("LETTER#1"), an_item("NOTE#1", 2021)]

    assert [table.finds(item) for item in items] == [True, True, False, False]
    assert table.judged == ["NOTE#1"]


def test_what_is_no_key_condition_or_not_of_texts_is_left_to_the_emulator() -> None:
    table = Table()
    table.finds(an_item("NOTE#1"))

    table.finds(an_item("NOTE#2"), slot="FilterExpression")
    table.finds({"pk": {"B": "YEAR#2020"}, "sk": {"S": "NOTE#3"}})

    assert table.judged == ["NOTE#1", "NOTE#2", "NOTE#3"]


def test_a_key_condition_that_the_emulator_refuses_is_refused_each_time() -> None:
    table = Table()
    for _ in range(2):
        with pytest.raises(ValueError, match="Invalid KeyConditionExpression"):
            table.finds(an_item("NOTE#1"), text="pk = :note AND begins_with(sk, :year)")


def test_a_policy_is_read_once_and_nobody_changes_it_for_others() -> None:
    read: list[object] = []

    def parse(document: object) -> list[object]:
        read.append(document)
        return [document]

    evaluator = SimpleNamespace(parse_policy_document=parse)
    savings.read_policies_once(evaluator)

    evaluator.parse_policy_document("{}").clear()

    assert evaluator.parse_policy_document("{}") == ["{}"]
    assert evaluator.parse_policy_document({"Statement": []}) == [{"Statement": []}]
    assert read == ["{}", {"Statement": []}]


def test_whoever_judges_a_request_reads_it_together_with_the_others() -> None:
    actions = SimpleNamespace(json=json)
    read = savings.read_requests_once(actions)

    assert actions.json.loads(b'{"TableName": "cases"}') is read(b'{"TableName": "cases"}')
    assert actions.json.loads("1.0", parse_float=str) == "1.0"
    with pytest.raises(actions.json.JSONDecodeError):
        read(b"{")


def test_garbage_is_searched_for_seldom(thresholds: tuple[int, int, int]) -> None:
    savings.search_for_garbage_seldom()

    assert gc.get_threshold()[0] > 10 * thresholds[0]


def test_the_bus_logs_only_what_goes_wrong() -> None:
    savings.log_failures_of_the_bus_alone()

    assert not logging.getLogger("events").isEnabledFor(logging.INFO)
    assert logging.getLogger("events").isEnabledFor(logging.WARNING)
