"""Updates: read once for each text, then applied to any number of items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any, TypeAlias

from tests.fakes.table.errors import InvalidRequestError, UnfitItemError
from tests.fakes.table.grammar import (
    Names,
    Path,
    Text,
    Values,
    attribute,
    find,
    resolved,
    sent,
)
from tests.fakes.table.values import Item, Value, kind_of, total

ValueSource: TypeAlias = Callable[[Item, Names, Values], Value]
"""Computes what is to be set from the item as it was before the update."""

_SECTIONS = ("SET", "REMOVE", "ADD")


@dataclass(frozen=True, slots=True)
class Update:
    """What an update changes."""

    sets: tuple[tuple[Path, ValueSource], ...]
    adds: tuple[tuple[Path, str], ...]
    removes: tuple[Path, ...]
    names: frozenset[str]
    values: frozenset[str]

    def paths(self, names: Names) -> list[Path]:
        """Return all that is changed, checked for being changed once only."""
        paths = [resolved(path, names) for path, _ in (*self.sets, *self.adds)]
        paths += [resolved(path, names) for path in self.removes]
        if len({path[0] for path in paths}) < len(paths):
            for one, other in combinations(paths, 2):
                length = min(len(one), len(other))
                if one[:length] == other[:length]:
                    raise InvalidRequestError(
                        "Invalid UpdateExpression: Two document paths overlap with each other; "
                        f"must remove or rewrite one of these paths; {one}, {other}"
                    )
        return paths

    def applied(self, before: Item, names: Names, values: Values) -> dict[str, Value]:
        """Return what an item is after the update.

        Raises:
            UnfitItemError: The item lacks what the update builds on.
        """
        after: dict[str, Value] = dict(before)
        changes = [(path, source(before, names, values)) for path, source in self.sets]
        changes += [(path, _added(before, path, names, values[value])) for path, value in self.adds]
        for path, value in changes:
            _put(after, resolved(path, names), value)
        # From the end, so that no place in a list moves before its turn.
        gone = [resolved(path, names) for path in self.removes]
        for path in sorted(gone, key=_last_place, reverse=True):
            _remove(after, path)
        return after


@lru_cache(maxsize=4096)
def update(text: str) -> Update:
    """Read an update.

    Raises:
        InvalidRequestError: AWS would not understand it.
    """
    return _Reader(Text("UpdateExpression", text)).read()


class _Reader:
    def __init__(self, text: Text) -> None:
        self._text = text
        self._sets: list[tuple[Path, ValueSource]] = []
        self._adds: list[tuple[Path, str]] = []
        self._removes: list[Path] = []

    def read(self) -> Update:
        text, seen = self._text, set[str]()
        while text.at(*_SECTIONS):
            section = text.take().upper()
            if section in seen:
                raise text.wrong(f'The "{section}" section can only be used once;')
            seen.add(section)
            self._clause(section)
            while text.peek() == ",":
                text.take()
                self._clause(section)
        if text.at("DELETE"):
            raise NotImplementedError("the fake table doesn't take members out of sets")
        text.finish()
        return Update(
            tuple(self._sets),
            tuple(self._adds),
            tuple(self._removes),
            frozenset(text.names),
            frozenset(text.values),
        )

    def _clause(self, section: str) -> None:
        path = self._text.path()
        if section == "REMOVE":
            self._removes.append(path)
        elif section == "ADD":
            if not self._text.peek().startswith(":"):
                raise self._text.unexpected()
            self._adds.append((path, self._text.value()))
        else:
            self._text.expect("=")
            self._sets.append((path, self._sum()))

    def _sum(self) -> ValueSource:
        left = self._source()
        if (sign := self._text.peek()) not in {"+", "-"}:
            return left
        self._text.take()
        right = self._source()

        def source(item: Item, names: Names, values: Values) -> Value:
            one, other = left(item, names, values), right(item, names, values)
            _need("N", sign, one, other)
            return total(one, other, 1 if sign == "+" else -1)

        return source

    def _source(self) -> ValueSource:
        if self._text.peek().startswith(":"):
            find_sent = sent(self._text.value())
            return lambda item, names, values: _there(find_sent(item, names, values))
        if self._text.peek(1) == "(":
            return self._function()
        find_attribute = attribute(self._text.path())
        return lambda item, names, values: _there(find_attribute(item, names, values))

    def _function(self) -> ValueSource:
        name = self._text.take()
        self._text.take()
        if name == "if_not_exists":
            source = self._if_not_exists()
        elif name == "list_append":
            source = self._list_append()
        else:
            raise self._text.wrong(f"Invalid function name; function: {name}")
        self._text.expect(")")
        return source

    def _if_not_exists(self) -> ValueSource:
        find_attribute = attribute(self._text.path())
        self._text.expect(",")
        otherwise = self._source()

        def source(item: Item, names: Names, values: Values) -> Value:
            found = find_attribute(item, names, values)
            return otherwise(item, names, values) if found is None else found

        return source

    def _list_append(self) -> ValueSource:
        left = self._list()
        self._text.expect(",")
        right = self._list()

        def source(item: Item, names: Names, values: Values) -> Value:
            one, other = left(item, names, values), right(item, names, values)
            _need("L", "list_append", one, other)
            return {"L": one["L"] + other["L"]}

        return source

    def _list(self) -> ValueSource:
        if self._text.peek() == "list_append" and self._text.peek(1) == "(":
            raise self._text.wrong(
                "The function is not allowed to be used this way in an expression; "
                "function: list_append"
            )
        return self._source()


def _there(value: Value | None) -> Value:
    if value is None:
        raise UnfitItemError(
            "The provided expression refers to an attribute that does not exist in the item"
        )
    return value


def _need(kind: str, name: str, *values: Value) -> None:
    for value in values:
        if kind not in value:
            raise UnfitItemError(
                "An operand in the update expression has an incorrect data type: "
                f"{name}, {kind_of(value)}"
            )


def _added(before: Item, path: Path, names: Names, value: Value) -> Value:
    if "N" not in value:
        if kind_of(value) in {"SS", "NS", "BS"}:
            raise NotImplementedError("the fake table doesn't add members to sets")
        raise InvalidRequestError(
            "Invalid UpdateExpression: Incorrect operand type for operator or function; "
            f"operator: ADD, operand type: {kind_of(value)}"
        )
    found = find(before, resolved(path, names))
    if found is None:
        return value
    _need("N", "ADD", found)
    return total(found, value)


def _last_place(path: Path) -> int:
    return path[-1] if isinstance(path[-1], int) else -1


def _put(after: dict[str, Value], path: Path, value: Value) -> None:
    if len(path) == 1:
        after[str(path[0])] = value
        return
    holder, last = _holder(after, path), path[-1]
    if isinstance(last, int) and last >= len(holder):
        holder.append(value)
    else:
        holder[last] = value


def _remove(after: dict[str, Value], path: Path) -> None:
    if len(path) == 1:
        after.pop(str(path[0]), None)
        return
    holder, last = _holder(after, path), path[-1]
    if isinstance(last, str):
        holder.pop(last, None)
    elif last < len(holder):
        del holder[last]


def _holder(after: dict[str, Value], path: Path) -> Any:  # noqa: ANN401 (a map or a list)
    """Return the map or list that a path ends in, copied on the way so that it may be changed."""
    holder: Any = after
    for part, then in pairwise(path):
        kind = "M" if isinstance(then, str) else "L"
        value = _at(holder, part)
        if value is None or kind not in value:
            raise UnfitItemError(
                "The document path provided in the update expression is invalid for update"
            )
        inner: Any = dict(value["M"]) if kind == "M" else list(value["L"])
        holder[part] = {kind: inner}
        holder = inner
    return holder


def _at(holder: dict[str, Value] | Sequence[Value], part: str | int) -> Value | None:
    if isinstance(holder, dict):
        return holder.get(str(part))
    return holder[part] if isinstance(part, int) and part < len(holder) else None
