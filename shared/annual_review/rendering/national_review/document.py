"""The national review as it is printed: running text and tables, the same on page and paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from annual_review.domain.statistics import Statistic
from annual_review.rendering.text.blocks import Block


@dataclass(frozen=True, slots=True)
class Highlight:
    """One of the numbers at a glance: `4,012`, `detailed investigations`."""

    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What the year comes down to."""

    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row under its head. `share` is drawn as a bar; `None` draws nothing."""

    head: str
    cells: tuple[str, ...]
    share: Statistic | None = None


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table; all columns but the first hold numbers.

    `has_bars` leaves room for the bars of the shares, which say nothing that no cell says. A long
    table goes on over pages.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    has_bars: bool = True
    is_long: bool = False


Part = Block | Glance | DataTable


@dataclass(frozen=True, slots=True)
class NationalReview:
    """The review of one year. `annex` are tables that only the printed form has."""

    title: str
    period: str
    author: str
    dated: date
    is_sample: bool
    parts: tuple[Part, ...]
    annex: tuple[DataTable, ...]
