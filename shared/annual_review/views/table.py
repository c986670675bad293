"""Rows as they are shown, and as machines read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annual_review.services.spreadsheets import harmless

Row = Mapping[str, Any]
"""A row for machines: its cells by the names of their columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for people, under the names of their columns; the title may be empty."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    @classmethod
    def of(cls, columns: Sequence[str], rows: Sequence[Row]) -> Table:
        """Make a table of what machines read."""
        return cls("", columns, [[row[column] for column in columns] for row in rows])


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of sums: what is counted, how many, and whether it is a line of totals."""

    name: str
    count: int
    is_total: bool = False


def csv_of(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV; no spreadsheet takes a text in them for a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return harmless(value)
        case _:
            return value
