"""The forms in which a command prints rows: a table for people, CSV or JSON for machines."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Annotated, Any

import typer

from annual_review.services.spreadsheets import harmless


class Form(Enum):
    """How rows are printed."""

    TABLE = auto()
    CSV = auto()
    JSON = auto()


Row = Mapping[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print the list as CSV.")]


def form_of(*, is_json: bool, is_csv: bool) -> Form:
    """Return the form that is asked for.

    Raises:
        BadParameter: Both are.
    """
    if is_json and is_csv:
        raise typer.BadParameter("--json and --csv are two forms: choose one")
    return Form.JSON if is_json else Form.CSV if is_csv else Form.TABLE


def write_json(record: object) -> None:
    """Write a record to standard output."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows to standard output; no spreadsheet takes a text in them for a formula."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)


def _cell(value: object) -> object:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return harmless(value)
        case _:
            return value
