"""Records as attributes of items, there and back without loss, by the fields of their dataclass.

Dates are written as ISO 8601, enumerations as their values, tuples as lists; what has no value is
left out. Attributes that a record doesn't know are passed over, so that it can grow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, wraps
from typing import Any, Final, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import TypeAdapter, ValidationError

from annual_review.adapters.dynamodb.table import Item, Value, key_of
from annual_review.services.errors import MalformedItemError

_WRITER: Final = TypeSerializer()
_READER: Final = TypeDeserializer()
_T = TypeVar("_T")


def attributes(record: object, *without: str) -> dict[str, Value]:
    """Write the fields of a record, except those that its key tells or that are not kept."""
    written: dict[str, Value] = _WRITER.serialize(_plain(record))["M"]  # type: ignore[assignment]
    return {name: value for name, value in written.items() if name not in without}


def _plain(value: Any) -> Any:  # noqa: ANN401 (any field of any record)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_plain(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        of_fields = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(each) for name, each in of_fields.items() if each is not None}
    return value


def record_of(kind: type[_T], item: Item, **known: object) -> _T:
    """Read a record; `known` are the fields that its key tells, and those named differently.

    Raises:
        ValueError: The item is no such record; an `item_reader` names its key.
    """
    plain = {name: _READER.deserialize(value) for name, value in item.items()}
    of_kind: Any = kind
    read: _T = _adapter(of_kind).validate_python(plain | known)
    return read


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (any dataclass)
    return TypeAdapter(kind)


def item_reader(read: Callable[[Item], _T]) -> Callable[[Item], _T]:
    """Let a function that can't read an item say which one, and nothing of its content."""

    @wraps(read)
    def named(item: Item) -> _T:
        try:
            return read(item)
        except (ValueError, LookupError, TypeError) as error:
            key = " ".join(key_of(item))
            raise MalformedItemError(f"the item {key} is malformed: {_what(error)}") from None

    return named


def _what(error: Exception) -> str:
    if isinstance(error, ValidationError):
        told = error.errors(include_url=False, include_context=False, include_input=False)
        return ", ".join(f"{'.'.join(map(str, each['loc']))} ({each['type']})" for each in told)
    # Only a missing attribute is named: other messages may quote what the item holds.
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else type(error).__name__
