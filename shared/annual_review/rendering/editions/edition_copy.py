"""Copying an edition to another year: its dates move, every other character stays."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.errors import EditionError

_SETTINGS: Final = "edition.toml"
_CONTENT: Final = ("*.toml", "*.md")
_YEAR: Final = re.compile(r"^(\s*year\s*=\s*)\d{4}\b")
_DATE: Final = re.compile(r"^(\s*[\w.-]+\s*=\s*)(\d{4}-\d{2}-\d{2})\b")
_WRITTEN_YEAR: Final = re.compile(r"\b(?:19|20)\d{2}\b")
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A line of the new edition that a person must look at, and why."""

    name: str
    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class EditionCopy:
    """The files of the new edition by name, the dates that moved, and what is left to a person."""

    files: Mapping[str, bytes]
    moved: Mapping[str, tuple[date, date]]
    to_check: tuple[ToCheck, ...]


def copy_edition(folder: Path, source: ReportingYear, target: ReportingYear) -> EditionCopy:
    """Copy the edition in a folder to another year, in memory.

    Dates move by whole years and then to the nearest same weekday, at most three days away: letters
    go out on a working day.

    Raises:
        EditionError: The edition can't be read, or sets a date in a way that can't be moved.
    """
    files = {path.name: path.read_bytes() for kind in _CONTENT for path in folder.glob(kind)}
    path = folder / _SETTINGS
    if _SETTINGS not in files:
        raise EditionError(folder, f"there is no edition of {source}: {_SETTINGS} is missing")
    try:
        text = files[_SETTINGS].decode("utf-8-sig")
        before = tomllib.loads(text)
    except ValueError as error:
        raise EditionError(path, f"not TOML: {error}") from None
    years = target.ends - source.ends
    lines = text.splitlines(keepends=True)
    settings = "".join(_moved_line(line, years, target, at_top=top) for line, top in _placed(lines))
    after = tomllib.loads(settings)
    if after != _moved_content(before, years) | {"year": target.ends}:
        raise EditionError(
            path, "its dates can't be moved: write each as a line `name = 2020-07-22`"
        )
    moved = {
        name: (value, after[name])
        for name, value in before.items()
        if isinstance(value, date) and not isinstance(value, datetime)
    }
    files = {**files, _SETTINGS: settings.encode()}
    return EditionCopy(files, moved, tuple(_to_check(files, moved)))


def moved(day: date, years: int) -> date:
    """Return the day some years later that falls on the same weekday, nearest to the same date."""
    try:
        there = day.replace(year=day.year + years)
    except ValueError:
        there = day.replace(year=day.year + years, day=28)
    ahead = (day.weekday() - there.weekday()) % _WEEK
    return there + timedelta(days=ahead if ahead <= _WEEK // 2 else ahead - _WEEK)


def _placed(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Go through the lines; before the first table, `year` is the edition's own."""
    at_top = True
    for line in lines:
        at_top = at_top and not line.lstrip().startswith("[")
        yield line, at_top


def _moved_line(line: str, years: int, target: ReportingYear, *, at_top: bool) -> str:
    if at_top and _YEAR.match(line):
        return _YEAR.sub(rf"\g<1>{target}", line)
    found = _DATE.match(line)
    if found is None:
        return line
    day = moved(date.fromisoformat(found.group(2)), years)
    return f"{found.group(1)}{day.isoformat()}{line[found.end() :]}"


def _moved_content(content: Mapping[str, Any], years: int) -> dict[str, Any]:
    return {name: _moved_value(value, years) for name, value in content.items()}


def _moved_value(value: object, years: int) -> object:
    match value:
        case datetime():
            return value
        case date():
            return moved(value, years)
        case dict():
            return _moved_content(value, years)
        case _:
            return value


def _to_check(
    files: Mapping[str, bytes], moved_dates: Mapping[str, tuple[date, date]]
) -> Iterator[ToCheck]:
    """Name the dates, the signatory, and every year that stands in words."""
    for name, content in sorted(files.items()):
        for number, line in enumerate(content.decode().splitlines(), 1):
            text = line.strip()
            key = text.partition("=")[0].strip()
            if name == _SETTINGS and key in moved_dates:
                before, after = moved_dates[key]
                why = f"moved from {before:%A} {before} to {after:%A} {after}: is it the right day?"
                yield ToCheck(name, number, text, why)
            elif name == _SETTINGS and text == "[signatory]":
                yield ToCheck(name, number, text, "who signs, and in which offices?")
            elif name == _SETTINGS and text.startswith("[facts."):
                yield ToCheck(name, number, text, "the numbers are those of the year copied from")
            elif name == _SETTINGS and key == "remedies_base" and "upheld" not in text:
                why = "the number counts upheld decisions: write { one = "
                why += '"upheld decision", many = "upheld decisions" }'
                yield ToCheck(name, number, text, why)
            elif not text.startswith("year ") and _WRITTEN_YEAR.search(text):
                yield ToCheck(name, number, text, "a year stands here as it was")
