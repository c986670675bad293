"""Work that the emulator does again and again with the same result, done once.

Like `condition_keys` it is read by the starter and run by the emulator's own Python: it needs
nothing but the standard library. Each function changes a few names of the emulator's modules.
"""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

_EXPRESSIONS_KEPT: Final = 1024
_POLICIES_KEPT: Final = 1024
# What one request says is read within that request: a few are under way at a time.
_BODIES_KEPT: Final = 8
_NEW_OBJECTS_UNTIL_SEARCH: Final = 50_000
# The one form that our queries have beside `pk = :year`: this partition, keys that begin like this.
_BEGINS_WITH: Final = re.compile(r"(\w+) = (:\w+) AND begins_with\((\w+), (:\w+)\)")

Values = Mapping[str, Mapping[str, str]]


def parse_expressions_once(dynamodb: Any) -> None:
    """Remember how an expression reads, which depends on nothing but its text."""
    tokenize, syntax_error = dynamodb._tokenize, dynamodb._condition_syntax_error

    @lru_cache(_EXPRESSIONS_KEPT)
    def tokens(text: str) -> tuple[Any, ...]:
        return tuple(tokenize(text))

    # A list of its own for each caller, who may change it.
    dynamodb._tokenize = lambda text: list(tokens(text))
    dynamodb._condition_syntax_error = lru_cache(_EXPRESSIONS_KEPT)(syntax_error)


def compare_keys_directly(dynamodb: Any) -> None:
    """Compare keys with what they have to begin with, once the emulator has found that valid.

    A query asks this of every item of its partition, and an interpreter of expressions takes
    longer over one item than all else that is done with it.
    """
    evaluate = dynamodb._evaluate_condition
    found_valid = lru_cache(_EXPRESSIONS_KEPT)(_BEGINS_WITH.fullmatch)
    valid: set[str] = set()

    def evaluate_condition(
        text: str, item: Values, values: Values, names: Any, slot: str = "ConditionExpression"
    ) -> Any:
        if slot != "KeyConditionExpression" or not (read := found_valid(text or "")):
            return evaluate(text, item, values, names, slot)
        partition, is_in, key, begin = read.groups()
        asked = (item.get(partition), values.get(is_in), item.get(key), values.get(begin))
        if text not in valid or not all(one and "S" in one for one in asked):
            answer = evaluate(text, item, values, names, slot)
            valid.add(text)
            return answer
        here, there, sort_key, prefix = (one["S"] for one in asked if one)
        return here == there and sort_key.startswith(prefix)

    dynamodb._evaluate_condition = evaluate_condition


def read_policies_once(evaluator: Any) -> None:
    """Remember what a policy says, which depends on nothing but its text."""
    parse = evaluator.parse_policy_document
    parse_text = lru_cache(_POLICIES_KEPT)(parse)

    def parse_policy_document(document: Any) -> Any:
        return list(parse_text(document)) if isinstance(document, str) else parse(document)

    evaluator.parse_policy_document = parse_policy_document


def read_requests_once(actions: Any) -> Callable[[bytes], Any]:
    """Read the body of a request once for all who judge it, and return what reads it.

    They don't change what they read; who serves the request reads it for himself.
    """
    read = _ReadOnce(actions.json)
    actions.json = read
    return read.loads


class _ReadOnce:
    """The module `json`, which remembers what it read last."""

    def __init__(self, json: Any) -> None:
        self._json = json
        self._read = lru_cache(_BODIES_KEPT)(json.loads)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._json, name)

    def loads(self, text: Any, **how: Any) -> Any:
        """Read JSON."""
        if how or not isinstance(text, str | bytes):
            return self._json.loads(text, **how)
        return self._read(text)


def search_for_garbage_seldom() -> None:
    """Search for garbage more seldom: everything that is stored is searched each time."""
    gc.set_threshold(_NEW_OBJECTS_UNTIL_SEARCH, 20, 100)


def log_failures_of_the_bus_alone() -> None:
    """Log no line for every event that reaches its target: there are twenty thousand."""
    logging.getLogger("events").setLevel(logging.WARNING)
