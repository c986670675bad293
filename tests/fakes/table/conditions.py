"""Conditions: read once for each text, then judged on any number of items."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from tests.fakes.table.grammar import Names, Operand, Path, Text, Values, attribute, sent
from tests.fakes.table.values import ORDERED, Item, Value, contains, kind_of, rank, size

Test: TypeAlias = Callable[[Item, Names, Values], bool]
Check: TypeAlias = Callable[[Values], None]
"""What AWS demands of the values of a request, whatever the item is like."""

_ORDERS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_MOST_IN: Final = 100
_TYPES: Final = frozenset({"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, filter or key condition."""

    test: Test
    checks: tuple[Check, ...]
    names: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """One operand, and where it comes from."""

    find: Operand
    path: Path | None = None
    placeholder: str | None = None


@lru_cache(maxsize=4096)
def condition(kind: str, text: str) -> Condition:
    """Read a condition.

    Raises:
        InvalidRequestError: AWS would not understand it.
    """
    reader = _Reader(Text(kind, text))
    test = reader.either()
    reader.text.finish()
    return Condition(
        test,
        tuple(reader.checks),
        frozenset(reader.text.names),
        frozenset(reader.text.values),
    )


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.checks: list[Check] = []
        self._groups: dict[int, int] = {}

    def either(self) -> Test:
        tests = [self._both()]
        while self.text.at("OR"):
            self.text.take()
            tests.append(self._both())
        if len(tests) == 1:
            return tests[0]
        return lambda item, names, values: any(test(item, names, values) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self.text.at("AND"):
            self.text.take()
            tests.append(self._one())
        if len(tests) == 1:
            return tests[0]
        return lambda item, names, values: all(test(item, names, values) for test in tests)

    def _one(self) -> Test:
        if self.text.at("NOT"):
            self.text.take()
            test = self._one()
            return lambda item, names, values: not test(item, names, values)
        if self.text.peek() == "(":
            return self._group()
        if self.text.peek(1) == "(" and self.text.peek() != "size":
            return self._function()
        return self._comparison()

    def _group(self) -> Test:
        begin = self.text.place
        self.text.take()
        test = self.either()
        if self._groups.get(begin + 1) == self.text.place:
            raise self.text.wrong("The expression has redundant parentheses;")
        self.text.expect(")")
        self._groups[begin] = self.text.place
        return test

    def _comparison(self) -> Test:
        left = self._term()
        sign = self.text.peek().upper()
        if sign == "BETWEEN":
            return self._between(left)
        if sign == "IN":
            return self._in(left)
        if sign not in {"=", "<>", *_ORDERS}:
            raise self.text.unexpected()
        self.text.take()
        right = self._term()
        self._distinct(sign, left, right)
        if sign == "=":
            return _equal(left.find, right.find)
        if sign == "<>":
            return _unequal(left.find, right.find)
        self._of_kinds(sign, ORDERED, left, right)
        return _ordered(sign, left.find, right.find)

    def _between(self, middle: Term) -> Test:
        self.text.take()
        low = self._term()
        self.text.expect("AND")
        high = self._term()
        self._of_kinds("BETWEEN", ORDERED, middle, low, high)
        if low.placeholder and high.placeholder:
            self._check_range(low.placeholder, high.placeholder)
        from_low = _ordered("<=", low.find, middle.find)
        to_high = _ordered("<=", middle.find, high.find)
        return lambda item, names, values: (
            from_low(item, names, values) and to_high(item, names, values)
        )

    def _check_range(self, low: str, high: str) -> None:
        def check(values: Values) -> None:
            one, other = values[low], values[high]
            if kind_of(one) != kind_of(other):
                raise self.text.wrong("The BETWEEN operator requires same data type for both")
            if rank(one) > rank(other):
                raise self.text.wrong("The BETWEEN operator requires upper bound >= lower bound")

        self.checks.append(check)

    def _in(self, wanted: Term) -> Test:
        self.text.take()
        tests = [_equal(wanted.find, each.find) for each in self._arguments()]
        if len(tests) >= _MOST_IN:
            raise self.text.wrong("Invalid number of operands for operator or function: IN")
        return lambda item, names, values: any(test(item, names, values) for test in tests)

    def _arguments(self) -> list[Term]:
        self.text.expect("(")
        terms = [self._term()]
        while self.text.peek() == ",":
            self.text.take()
            terms.append(self._term())
        self.text.expect(")")
        return terms

    def _term(self) -> Term:
        if self.text.peek().startswith(":"):
            placeholder = self.text.value()
            return Term(sent(placeholder), placeholder=placeholder)
        if self.text.peek(1) == "(":
            return self._size()
        path = self.text.path()
        return Term(attribute(path), path=path)

    def _size(self) -> Term:
        if (name := self.text.take()) != "size":
            raise self.text.wrong(
                f"The function is not allowed to be used this way in an expression; {name}"
            )
        (measured,) = self._some(name, 1)

        def measure(item: Item, names: Names, values: Values) -> Value | None:
            found = measured.find(item, names, values)
            return None if found is None else size(found)

        return Term(measure)

    def _some(self, name: str, number: int) -> list[Term]:
        terms = self._arguments()
        if len(terms) != number:
            raise self.text.wrong(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(terms)}"
            )
        return terms

    def _function(self) -> Test:
        name = self.text.take()
        match name:
            case "attribute_exists" | "attribute_not_exists":
                return self._exists(name)
            case "attribute_type":
                return self._type(name)
            case "begins_with":
                return self._begins(name)
            case "contains":
                whole, part = self._some(name, 2)
                self._distinct(name, whole, part)
                return _both_found(whole.find, part.find, contains)
            case _:
                raise self.text.wrong(f"Invalid function name; function: {name}")

    def _exists(self, name: str) -> Test:
        (term,) = self._some(name, 1)
        if term.path is None:
            raise self.text.wrong(
                f"Operator or function requires a document path; operator or function: {name}"
            )
        if name == "attribute_exists":
            return lambda item, names, values: term.find(item, names, values) is not None
        return lambda item, names, values: term.find(item, names, values) is None

    def _type(self, name: str) -> Test:
        term, kind = self._some(name, 2)
        placeholder = kind.placeholder
        if placeholder is None:
            raise self.text.wrong(f"Incorrect operand type for operator or function; {name}")

        def check(values: Values) -> None:
            if values[placeholder].get("S") not in _TYPES:
                raise self.text.wrong(f"Invalid attribute type name: {values[placeholder]}")

        self.checks.append(check)
        return _both_found(term.find, kind.find, lambda found, kind: kind["S"] in found)

    def _begins(self, name: str) -> Test:
        whole, begin = self._some(name, 2)
        self._distinct(name, whole, begin)
        self._of_kinds(name, frozenset({"S", "B"}), whole, begin)
        return _both_found(whole.find, begin.find, _begins)

    def _distinct(self, name: str, left: Term, right: Term) -> None:
        if left.path is not None and left.path == right.path:
            raise self.text.wrong(
                "The first operand must be distinct from the remaining operands for this operator "
                f"or function; operator: {name}"
            )

    def _of_kinds(self, name: str, kinds: frozenset[str], *terms: Term) -> None:
        """A value that was sent has to be of a fitting type. One in the item only doesn't match."""
        placeholders = [each.placeholder for each in terms if each.placeholder]

        def check(values: Values) -> None:
            for placeholder in placeholders:
                if (kind := kind_of(values[placeholder])) not in kinds:
                    raise self.text.wrong(
                        "Incorrect operand type for operator or function; "
                        f"operator or function: {name}, operand type: {kind}"
                    )

        if placeholders:
            self.checks.append(check)


# What is not there equals nothing, not even something else that is not there.


def _equal(left: Operand, right: Operand) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        found = left(item, names, values)
        return found is not None and found == right(item, names, values)

    return test


def _unequal(left: Operand, right: Operand) -> Test:
    equal = _equal(left, right)
    return lambda item, names, values: not equal(item, names, values)


def _ordered(sign: str, left: Operand, right: Operand) -> Test:
    order = _ORDERS[sign]

    def in_order(one: Value, other: Value) -> bool:
        kind = kind_of(one)
        return kind in ORDERED and kind in other and order(rank(one), rank(other))

    return _both_found(left, right, in_order)


def _both_found(left: Operand, right: Operand, holds: Callable[[Value, Value], bool]) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        return one is not None and other is not None and holds(one, other)

    return test


def _begins(whole: Value, begin: Value) -> bool:
    kind = kind_of(whole)
    return kind in {"S", "B"} and kind in begin and whole[kind].startswith(begin[kind])
