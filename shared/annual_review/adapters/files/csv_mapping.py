"""What the columns of a CSV file mean: a mapping in TOML, and rows turned into events by it.

Nothing is guessed. A date has the one form that the mapping gives, a yes or no the words that it
lists, and what fits neither is a problem of that line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from annual_review.adapters.events import SOURCE, event_schemas
from annual_review.adapters.files.input_files import InputFileError, shown

EventType: TypeAlias = Literal["Decision Recorded", "Decision Withdrawn", "Compliance Recorded"]

_PARTS: Final = {"YYYY": 4, "MM": 2, "DD": 2, "hh": 2, "mm": 2, "ss": 2}
"""The parts of a date, and how many digits each has."""

_NUMBER: Final = re.compile(r"[0-9]{1,16}")
_WITH_DECIMALS: Final = re.compile(r"[0-9]+\.0+")
_DAY_PARTS: Final = ("YYYY", "MM", "DD")
_CONVERSIONS: Final = ("date", "moment", "whole_number", "true", "values", "separator")


_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is nothing that a mapping knows; look for a typing error",
    "string_type": "must be a text in quotation marks",
    "string_too_short": "must not be empty",
    "string_too_long": "must be one character",
}
"""What pydantic finds wrong, in words of whoever writes a mapping."""


class CellError(Exception):
    """A cell can't be converted; the message names the field and the rule, not what is there.

    `words` say it to whoever wrote the file, with the column and what is in the cell.
    """

    def __init__(self, rule: str, words: str = "") -> None:
        self.words = words
        super().__init__(rule)


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class FieldRule(_Part):
    """Where a field of the event comes from, and how its text is read."""

    column: str | None = None
    value: str | int | bool | list[str] | None = None
    empty: Literal["refuse", "leave_out"] = "refuse"
    date: str | None = None
    moment: str | None = None
    zone: str | None = None
    whole_number: Literal[True] | None = None
    true: list[str] | None = None
    false: list[str] | None = None
    values: dict[str, str] | None = None
    separator: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> FieldRule:
        used = [name for name in _CONVERSIONS if getattr(self, name) is not None]
        if (self.column is None) == (self.value is None):
            raise ValueError("needs either column or value")
        if len(used) > 1 or (used and self.value is not None):
            raise ValueError(f"has too many conversions: {', '.join(used)}")
        if (self.true is None) != (self.false is None):
            raise ValueError("needs both true and false")
        if set(self.true or ()) & set(self.false or ()):
            raise ValueError("lists a word under both true and false")
        if (self.moment is None) != (self.zone is None):
            raise ValueError("needs moment and zone together, such as Europe/London")
        if self.zone is not None:
            _zone(self.zone)
        for form in (self.date, self.moment):
            if form is not None:
                _pattern(form)
        if self.date is not None and set(_pattern(self.date).groupindex) != set(_DAY_PARTS):
            raise ValueError("has a date with a time in it: use moment and zone")
        return self

    def read(self, cell: str) -> object:
        """Convert the text of a cell.

        Raises:
            CellError: It does not fit.
        """
        if self.date is not None:
            return _moment(cell, self.date).date().isoformat()
        if self.moment is not None and self.zone is not None:
            return _in_utc(_moment(cell, self.moment), _zone(self.zone))
        if self.separator is not None:
            return [part.strip() for part in cell.split(self.separator) if part.strip()]
        return self._word(cell)

    def _word(self, cell: str) -> object:
        """Convert a cell that is one of some words, a number, or a text as it is."""
        if self.whole_number:
            if not _NUMBER.fullmatch(cell):
                raise CellError("whole_number", "is not a whole number")
            return int(cell)
        if self.true is not None and self.false is not None:
            if cell not in (words := [*self.true, *self.false]):
                raise CellError("true, false", f"is none of: {_listed(words)}")
            return cell in self.true
        if self.values is not None:
            if cell not in self.values:
                raise CellError("values", f"is none of: {_listed(self.values)}")
            return self.values[cell]
        return cell


def _reference(cell: str) -> str:
    """Return a reference; a spreadsheet that takes it for a number makes another case of it."""
    if _WITH_DECIMALS.fullmatch(cell):
        raise CellError("number", "is a number with decimals: make the column text, without them")
    return cell


def _listed(words: Iterable[str]) -> str:
    """List the words of a mapping; one of them may be nothing at all."""
    return ", ".join(word or "nothing" for word in words)


class TypeColumn(_Part):
    """The column that tells the type of an event, and its words for each type."""

    column: str
    values: dict[str, EventType]


Fields: TypeAlias = dict[str, FieldRule]


class CsvMapping(_Part):
    """A whole mapping."""

    event_type: EventType | TypeColumn
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Literal["utf-8", "utf-16", "windows-1252"] | None = None
    fields: Fields
    only: dict[EventType, Fields] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fields_are_known(self) -> CsvMapping:
        known = set().union(*_known_fields().values())
        tables = [self.fields, *self.only.values()]
        if unknown := sorted({name for table in tables for name in table} - known):
            raise ValueError(f"has fields that no event has: {', '.join(unknown)}")
        return self

    def column(self, field: str, kind: str) -> str | None:
        """Return the column that a field comes from in events of a type."""
        rule = {**self.fields, **self.only.get(cast("EventType", kind), {})}.get(field)
        return rule.column if rule else None

    @property
    def columns(self) -> set[str]:
        """All columns that are read."""
        tables = [self.fields, *self.only.values()]
        named = {rule.column for table in tables for rule in table.values() if rule.column}
        return named | ({self.event_type.column} if not isinstance(self.event_type, str) else set())

    def event(self, cells: Mapping[str, str]) -> dict[str, object]:
        """Turn a row into an event.

        Raises:
            CellError: A cell does not fit.
        """
        kind = self._type(cells)
        rules = {**self.fields, **self.only.get(kind, {})}
        detail: dict[str, object] = {}
        for name, rule in rules.items():
            if name not in _known_fields()[kind]:
                continue
            if rule.column is None:
                detail[name] = rule.value
                continue
            cell = cells[rule.column].strip()
            if not cell and rule.empty == "leave_out":
                continue
            try:
                detail[name] = _reference(cell) if name == "case_reference" else rule.read(cell)
            except CellError as error:
                words = f"{rule.column}: {shown(cell)} {error.words}"
                raise CellError(f"wrong_cell: {name} ({error})", words) from None
        return {"source": SOURCE, "detail-type": kind, "detail": detail}

    def _type(self, cells: Mapping[str, str]) -> EventType:
        if isinstance(self.event_type, str):
            return self.event_type
        word = cells[self.event_type.column].strip()
        if word not in (values := self.event_type.values):
            words = f"{self.event_type.column}: {shown(word)} is none of: {', '.join(values)}"
            raise CellError("wrong_cell: event_type (values)", words)
        return self.event_type.values[word]


def read_mapping(path: Path) -> CsvMapping:
    """Read a mapping.

    Raises:
        InputFileError: It can't be read, or says something that a mapping can't say.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputFileError(path, [error.strerror or "can't be read"]) from None
    except UnicodeDecodeError:
        raise InputFileError(path, ["is not UTF-8 text: save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputFileError(path, [f"is not TOML: {error}"]) from None
    try:
        return CsvMapping.model_validate(table)
    except ValidationError as error:
        raise InputFileError(path, [_said(detail) for detail in error.errors()]) from None


def _said(detail: ErrorDetails) -> str:
    """Return what is wrong with a mapping, in the words of its README."""
    where = ".".join(map(str, detail["loc"]))
    if detail["type"] == "value_error":
        return f"{where}: {detail['msg'].removeprefix('Value error, ')}".removeprefix(": ")
    if detail["type"] == "literal_error":
        return f"{where}: must be {detail['ctx']['expected']}"
    return f"{where}: {_WORDS.get(detail['type'], 'is not what a mapping has there')}"


@cache
def _known_fields() -> Mapping[str, frozenset[str]]:
    """Return the fields of each event, as the contract has them."""
    names = {
        "decision-recorded.v1.json": "Decision Recorded",
        "decision-withdrawn.v1.json": "Decision Withdrawn",
        "compliance-recorded.v1.json": "Compliance Recorded",
    }
    schemas: Mapping[str, Any] = event_schemas()
    return {kind: frozenset(schemas[name]["properties"]) for name, kind in names.items()}


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Return what a date of a form such as DD/MM/YYYY has to look like, digit by digit."""
    pattern = re.escape(form)
    for part, digits in _PARTS.items():
        pattern = pattern.replace(part, f"(?P<{part}>[0-9]{{{digits}}})", 1)
    try:
        compiled = re.compile(pattern)
    except re.error:
        raise ValueError(f"{form} is no form of a date") from None
    if not set(_DAY_PARTS) <= set(compiled.groupindex):
        raise ValueError(f"{form} needs {', '.join(_DAY_PARTS)}, and hh, mm, ss for a time")
    return compiled


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name} is no time zone, such as Europe/London") from None


def _moment(cell: str, form: str) -> datetime:
    found = _pattern(form).fullmatch(cell)
    if found is None:
        raise CellError(form, f"is not written as {form}")
    part = {name: int(digits) for name, digits in found.groupdict().items()}
    try:
        day = date(part["YYYY"], part["MM"], part["DD"])
        hour, minute, second = (part.get(name, 0) for name in ("hh", "mm", "ss"))
        return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 (its zone is put on by whoever knows it)
    except ValueError:
        raise CellError("no calendar has it", "is a day or a time that there is not") from None


def _in_utc(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment of a zone in UTC; of the two an autumn night has, the first."""
    there = moment.replace(tzinfo=zone)
    utc = there.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != moment:
        raise CellError("clocks skipped it", "is a time that the clocks skipped")
    return utc.isoformat().replace("+00:00", "Z")
