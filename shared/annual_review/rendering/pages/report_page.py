"""The report on a year's letters as one HTML page that opens from disk and needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annual_review.rendering.page_templates import page_templates
from annual_review.views.table import Sum


@dataclass(frozen=True, slots=True)
class ReportCell:
    """One cell: its lines, what it is sorted by, and its kind.

    Kinds are `text`, `time`, `number` and `state`.
    """

    lines: tuple[str, ...]
    sort: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class LetterTable:
    """A table of letters; the first cell of a row names it."""

    id: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[ReportCell]]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The whole page. `verdict` says in a sentence whether the letters add up, and why not.

    `remarks` are what else is on record of the year, a sentence each.
    """

    title: str
    made_at: str
    verdict: str
    is_in_order: bool
    remarks: Sequence[str]
    sums: Sequence[Sum]
    tables: Sequence[LetterTable]


def print_report(page: ReportPage) -> str:
    """Return the page; whatever stands in a cell is printed literally."""
    return page_templates().get_template("report.html.j2").render(page=page) + "\n"
