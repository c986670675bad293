"""The faults of `edition.toml` in the words of its editors: every one, each at its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from pydantic import BaseModel, ValidationError

from annual_review.domain.statistics import StatisticName
from annual_review.rendering.editions.edition_schema import EditionSettings, dates_out_of_order
from annual_review.rendering.errors import Fault
from annual_review.rendering.text.placeholders import placeholder_faults

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_TEXT: Final = "must be a text in quotes, on one line and not empty"
_LIST: Final = 'must be a list of at least one, written ["…", "…"]'
_SAID: Final[Mapping[str, str]] = {
    "missing": "is missing; write it here, or copy it from another edition",
    "string_type": _TEXT,
    "string_too_short": _TEXT,
    "date_type": "must be a day, written 2020-07-22 without quotes",
    "int_type": "must be a whole number without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": _LIST,
    "too_short": _LIST,
    "string_pattern_mismatch": _TEXT,
    "url_parsing": "must be an address, written https://…",
    "enum": f"must be one of: {', '.join(StatisticName)}",
}
_TEXTS_WITH_PLACEHOLDERS: Final = ("title", "subject", "preheader", "statistics_title")


def settings_faults(
    path: Path,
    source: str,
    content: Mapping[str, Any],
    *,
    year: int,
    placeholders: Collection[str],
) -> Iterator[Fault]:
    """Say all that is wrong with the settings of an edition, which lies in the folder `year`."""
    try:
        EditionSettings.model_validate(content)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False):
            yield Fault(path, _explained(each), line_of(source, each["loc"]))
    found = content.get("year", year)
    if type(found) is int and found != year:
        message = f"`year` must be {year}, as the folder is named"
        yield Fault(path, message, line_of(source, ("year",)))
    letter, publication = content.get("letter_date"), content.get("publication_date")
    if _is_day(letter) and _is_day(publication):
        wrong = dates_out_of_order(year, letter, publication)
        if wrong:
            yield Fault(path, wrong, line_of(source, ("letter_date",)))
    for name in _TEXTS_WITH_PLACEHOLDERS:
        if isinstance(text := content.get(name), str):
            for wrong in placeholder_faults(text, placeholders):
                yield Fault(path, wrong, line_of(source, (name,)))


def _is_day(value: object) -> TypeGuard[date]:
    return isinstance(value, date) and not isinstance(value, datetime)


def _explained(fault: ErrorDetails) -> str:
    name = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        known = ", ".join(_known_beside(fault["loc"]))
        return f"`{name}` is not known; known here are: {known}"
    if fault["type"] in {"model_type", "model_attributes_type"}:
        return f"`{name}` must be a table with: {', '.join(_known_beside((*fault['loc'], '')))}"
    said = _SAID.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    return f"`{name}` {said}" if fault["type"] in _SAID else f"`{name}`: {said}"


def _known_beside(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    model: type[BaseModel] = EditionSettings
    for name in loc[:-1]:
        inner = model.model_fields[str(name)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return tuple(model.model_fields)


def line_of(source: str, loc: tuple[int | str, ...]) -> int:
    """Return the line that sets a key; that of its table, or the first, if the key is missing."""
    names = [str(name) for name in loc if isinstance(name, str)]
    table: list[str] = []
    opened = 1
    for number, line in enumerate(source.splitlines(), start=1):
        if header := re.fullmatch(r"\s*\[([\w.]+)\]\s*(?:#.*)?", line):
            table = header.group(1).split(".")
            if names[: len(table)] == table:
                opened = number
        elif key := re.match(r"\s*([\w.]+)\s*=", line):
            path = [*table, *key.group(1).split(".")]
            if path == names[: len(path)]:
                return number
    return opened
