"""Key conditions: which partition, and which part of it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from tests.fakes.table.errors import InvalidRequestError
from tests.fakes.table.grammar import Names, Path, Text, Values, resolved

Matches: TypeAlias = Callable[[str], bool]

_SIGNS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "begins_with": str.startswith,
}


@dataclass(frozen=True, slots=True)
class _Term:
    sign: str
    path: Path
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a partition: from a sort key on, those that match."""

    pk: str
    begin: str
    matches: Matches


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """A key condition."""

    terms: tuple[_Term, ...]
    names: frozenset[str]
    values: frozenset[str]

    def range(self, schema: tuple[str, str], names: Names, values: Values) -> Range:
        """Return what is asked for in a table or index with these two keys.

        Raises:
            InvalidRequestError: It is not a condition on these keys.
        """
        found: dict[str | int, _Term] = {}
        for term in self.terms:
            (name,) = resolved(term.path, names)
            found[name] = term
        partition = found.pop(schema[0], None)
        if len(found) != len(self.terms) - 1 or partition is None:
            raise InvalidRequestError(f"Query condition missed key schema element: {schema[0]}")
        if partition.sign != "=":
            raise InvalidRequestError("Query key condition not supported")
        if found.keys() - {schema[1]}:
            raise InvalidRequestError(f"Query condition missed key schema element: {schema[1]}")
        pk = _text(partition.values[0], values)
        if schema[1] not in found:
            return Range(pk, "", lambda _: True)
        term = found[schema[1]]
        return _sorted(pk, term.sign, [_text(each, values) for each in term.values])


def _text(placeholder: str, values: Values) -> str:
    try:
        return str(values[placeholder]["S"])
    except KeyError:
        raise InvalidRequestError(
            "One or more parameter values were invalid: "
            "Condition parameter type does not match schema type"
        ) from None


def _sorted(pk: str, sign: str, bounds: list[str]) -> Range:
    bound, *upper = bounds
    if upper:
        (high,) = upper
        if bound > high:
            raise InvalidRequestError("The BETWEEN operator requires upper bound >= lower bound")
        return Range(pk, bound, lambda sk: bound <= sk <= high)
    matches = _SIGNS[sign]
    return Range(pk, "" if sign.startswith("<") else bound, lambda sk: matches(sk, bound))


@lru_cache(maxsize=4096)
def key_condition(text: str) -> KeyCondition:
    """Read a key condition.

    Raises:
        InvalidRequestError: AWS would not understand it.
    """
    read = Text("KeyConditionExpression", text)
    terms = [_term(read)]
    while read.at("AND"):
        read.take()
        terms.append(_term(read))
    read.finish()
    return KeyCondition(tuple(terms), frozenset(read.names), frozenset(read.values))


def _term(read: Text) -> _Term:
    if read.peek() == "begins_with" and read.peek(1) == "(":
        read.take()
        read.take()
        path = _key_path(read)
        read.expect(",")
        value = _value(read)
        read.expect(")")
        return _Term("begins_with", path, (value,))
    path = _key_path(read)
    if read.at("BETWEEN"):
        read.take()
        low = _value(read)
        read.expect("AND")
        return _Term("BETWEEN", path, (low, _value(read)))
    if read.peek() not in _SIGNS.keys() - {"begins_with"}:
        raise read.unexpected()
    return _Term(read.take(), path, (_value(read),))


def _key_path(read: Text) -> Path:
    path = read.path()
    if len(path) > 1:
        raise read.wrong("KeyConditionExpressions cannot have conditions on nested attributes")
    return path


def _value(read: Text) -> str:
    if not read.peek().startswith(":"):
        raise read.unexpected()
    return read.value()
