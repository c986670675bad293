"""The text of an expression as tokens, and what all kinds of expressions are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from tests.fakes.table.errors import InvalidRequestError
from tests.fakes.table.values import Item, Value

Names: TypeAlias = dict[str, str]
Values: TypeAlias = dict[str, Value]
Operand: TypeAlias = Callable[[Item, Names, Values], Value | None]
"""Finds a value in an item, or in what came with the expression; `None` where there is none."""

Path: TypeAlias = tuple[str | int, ...]
"""Leads to an attribute: names, `#names` and places in lists."""

_TOKEN: Final = re.compile(r"\s*(:\w+|#\w+|[A-Za-z]\w*|\d+|<>|<=|>=|[=<>(),.\[\]+-])")


@cache
def _reserved() -> frozenset[str]:
    words = files("moto").joinpath("dynamodb/parsing/reserved_keywords.txt")
    return frozenset(words.read_text(encoding="utf-8").split())


@dataclass
class Text:
    """An expression that is being read, token by token."""

    kind: str
    """How AWS names it: `ConditionExpression`."""
    text: str
    names: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._tokens: list[str] = []
        place, end = 0, len(self.text.rstrip())
        while place < end:
            found = _TOKEN.match(self.text, place)
            if found is None:
                raise self.wrong(f'Syntax error; token: "{self.text[place]}"')
            self._tokens.append(found[1])
            place = found.end()
        if not self._tokens:
            raise self.wrong("The expression can not be empty;")
        self.place = 0

    def wrong(self, what: str) -> InvalidRequestError:
        """Build the error of an expression that can't be understood."""
        return InvalidRequestError(f"Invalid {self.kind}: {what}")

    def peek(self, ahead: int = 0) -> str:
        """Return the next token, or one after it; an empty text at the end."""
        place = self.place + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def take(self) -> str:
        """Go past the next token."""
        token = self.peek()
        self.place += 1
        return token

    def at(self, *keywords: str) -> bool:
        """Whether a keyword comes next. They may be written in capitals or not."""
        return self.peek().upper() in keywords

    def expect(self, token: str) -> None:
        """Go past a token that has to come next."""
        if self.take().upper() != token:
            self.place -= 1
            raise self.unexpected()

    def unexpected(self) -> InvalidRequestError:
        """Build the error of a token that can't come here."""
        return self.wrong(f'Syntax error; token: "{self.peek() or "<EOF>"}"')

    def finish(self) -> None:
        """Go no further: nothing may be left."""
        if self.peek():
            raise self.unexpected()

    def path(self) -> Path:
        """Read where an attribute is."""
        parts: list[str | int] = [self._name()]
        while True:
            if self.peek() == ".":
                self.take()
                parts.append(self._name())
            elif self.peek() == "[":
                self.take()
                if not self.peek().isdecimal():
                    raise self.unexpected()
                parts.append(int(self.take()))
                self.expect("]")
            else:
                return tuple(parts)

    def _name(self) -> str:
        token = self.peek()
        if token.startswith("#"):
            self.names.add(token)
        elif not token[:1].isalpha():
            raise self.unexpected()
        elif token.upper() in _reserved():
            raise self.wrong(
                f"Attribute name is a reserved keyword; reserved keyword: {self.peek()}"
            )
        return self.take()

    def value(self) -> str:
        """Read the placeholder of a value."""
        token = self.take()
        self.values.add(token)
        return token


def attribute(path: Path) -> Operand:
    """Return how to find an attribute in an item."""
    if len(path) > 1:
        return lambda item, names, _: find(item, resolved(path, names))
    name = str(path[0])
    if name.startswith("#"):
        return lambda item, names, _: item.get(names[name])
    return lambda item, _names, _values: item.get(name)


def sent(placeholder: str) -> Operand:
    """Return how to find a value that came with the expression."""
    return lambda _item, _names, values: values[placeholder]


def resolved(path: Path, names: Names) -> Path:
    """Put the names of attributes in place of `#names`."""
    return tuple(names.get(part, part) if isinstance(part, str) else part for part in path)


def find(item: Item, path: Path) -> Value | None:
    """Follow a path without `#names` into an item."""
    value: Value | None = {"M": item}
    for part in path:
        if value is None:
            return None
        if isinstance(part, str):
            value = value["M"].get(part) if "M" in value else None
        else:
            value = value["L"][part] if "L" in value and part < len(value["L"]) else None
    return value
