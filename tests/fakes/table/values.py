"""Values in DynamoDB's notation: in one form each, compared, measured and added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from botocore.exceptions import ParamValidationError

from tests.fakes.table.errors import InvalidRequestError

Value: TypeAlias = dict[str, Any]
Item: TypeAlias = Mapping[str, Value]

ORDERED: Final = frozenset({"S", "N", "B"})
"""The types that have an order."""

_MOST_DIGITS: Final = 38
_ARITHMETIC: Final = Context(prec=_MOST_DIGITS)


def kind_of(value: Value) -> str:
    """Return the type of a value: `S`, `N` and so on."""
    return next(iter(value))


def normal(value: object) -> Value:
    """Copy a value into the one form in which DynamoDB keeps it, so that equal values are `==`."""
    if not isinstance(value, dict) or len(value) != 1:
        raise ParamValidationError(report=f"not one value with its type: {value!r}")
    ((kind, content),) = value.items()
    try:
        form = _FORMS[kind]
    except KeyError:
        raise ParamValidationError(report=f"unknown type of a value: {kind}") from None
    return {kind: form(content)}


def normal_all(values: Mapping[str, object]) -> dict[str, Value]:
    """Copy an item, or the values of an expression."""
    return {name: normal(value) for name, value in values.items()}


def _of_type(*types: type) -> Callable[[Any], Any]:
    def form(content: object) -> object:
        if not isinstance(content, types):
            raise ParamValidationError(report=f"not of the type it says: {content!r}")
        return content

    return form


def _number(content: object) -> str:
    if not isinstance(content, str):
        raise ParamValidationError(report=f"a number is sent as a text: {content!r}")
    if content.isdecimal() and content.isascii() and content[0] != "0":
        plain = content
    else:
        try:
            plain = _plain(Decimal(content))
        except InvalidOperation:
            raise InvalidRequestError(
                f"The parameter cannot be converted to a numeric value: {content}"
            ) from None
    if len(plain.strip("-0.").replace(".", "")) > _MOST_DIGITS:
        raise InvalidRequestError("Attempting to store more than 38 significant digits in a Number")
    return plain


def _plain(value: Decimal | int) -> str:
    if isinstance(value, int):
        return str(value)
    if not value.is_finite():
        raise InvalidOperation
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = "-" if text.startswith("-") else ""
    digits = text.removeprefix("-").lstrip("0") or "0"
    digits = f"0{digits}" if digits.startswith(".") else digits
    return digits if digits == "0" else sign + digits


def _null(content: object) -> bool:
    if content is not True:
        raise InvalidRequestError("Null attribute value types must have the value of true")
    return True


def _list(content: object) -> list[Value]:
    if not isinstance(content, list | tuple):
        raise ParamValidationError(report=f"not a list: {content!r}")
    return [normal(each) for each in content]


def _map(content: object) -> dict[str, Value]:
    if not isinstance(content, dict):
        raise ParamValidationError(report=f"not a map: {content!r}")
    return normal_all(content)


def _set(form: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def of_set(content: object) -> list[Any]:
        if not isinstance(content, list | tuple | set | frozenset):
            raise ParamValidationError(report=f"not a set: {content!r}")
        # A set has no order: sorted, two equal ones are equal lists.
        members = sorted(map(form, content))
        if not members:
            raise InvalidRequestError("An string set  may not be empty")
        if len(set(members)) < len(members):
            raise InvalidRequestError("Input collection contains duplicates.")
        return members

    return of_set


_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": _of_type(str),
    "N": _number,
    "B": _of_type(bytes, bytearray),
    "BOOL": _of_type(bool),
    "NULL": _null,
    "L": _list,
    "M": _map,
    "SS": _set(_of_type(str)),
    "NS": _set(_number),
    "BS": _set(_of_type(bytes)),
}


def rank(value: Value) -> Any:  # noqa: ANN401 (whatever the type is ordered by)
    """Return what a text, number or bytes are ordered by. Code points order texts as UTF-8 does."""
    return number_of(value["N"]) if "N" in value else next(iter(value.values()))


def number_of(text: str) -> int | Decimal:
    """Read a number exactly."""
    return Decimal(text) if "." in text else int(text)


def total(left: Value, right: Value, sign: int = 1) -> Value:
    """Add two numbers, or take the second from the first."""
    one, other = number_of(left["N"]), sign * number_of(right["N"])
    if isinstance(one, int) and isinstance(other, int):
        return {"N": _number(str(one + other))}
    return {"N": _number(str(_ARITHMETIC.add(Decimal(one), Decimal(other))))}


def size(value: Value) -> Value | None:
    """Return the size of a value, or `None` of one that has no size."""
    kind = kind_of(value)
    return None if kind in {"N", "BOOL", "NULL"} else {"N": str(len(value[kind]))}


def contains(whole: Value, part: Value) -> bool:
    """Whether a text has a part, or a set or list has a member."""
    kind = kind_of(whole)
    wanted = kind_of(part)
    if kind in {"S", "B"}:
        return wanted == kind and part[wanted] in whole[kind]
    if kind in {"SS", "NS", "BS"}:
        return wanted == kind[0] and part[wanted] in whole[kind]
    return kind == "L" and part in whole["L"]
