"""The forms in which a command prints rows: a table for people, CSV or JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import Annotated

import typer

from annual_review.views.table import Row, csv_of


class Form(Enum):
    """How rows are printed."""

    TABLE = auto()
    CSV = auto()
    JSON = auto()


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
    sys.stdout.write(csv_of(columns, rows))
