"""The composed letter: its words and charts, free of any form, from which every form is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from annual_review.domain.statistics import PrintedPercentage
from annual_review.rendering.editions.edition_schema import Layout
from annual_review.rendering.text.blocks import Block, BulletList, Heading, Paragraph, Run

LANGUAGE = "en-GB"


class LineKind(StrEnum):
    """What a line of a statistic says."""

    STATEMENT = "statement"
    COMPARISON = "comparison"
    COUNT = "count"
    RATE = "rate"
    BASE = "base"
    CAUTION = "caution"
    NOTE = "note"
    ADVICE = "advice"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class StatisticLine:
    """One sentence or line of a statistic; a `note` is printed as a bullet, `advice` is not."""

    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: percentages as they are printed, and in words for those who see none.

    `marks_comparison` says that the mark of the comparison bears its percentage.
    """

    percentage: PrintedPercentage
    comparison: PrintedPercentage | None
    description: str
    marks_comparison: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """One number of cases and what became of them: `20`, `not for us`."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class Volumes:
    """What became of all complaints and enquiries; the first volume is the sum of the others."""

    title: str
    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class FigureCell:
    """One cell of a table: a figure, and what it stands on, `""` where it stands by itself."""

    figure: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: what it is about, and a cell for every other column."""

    head: str
    cells: tuple[FigureCell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header cell above every column, that of the rows' heads too."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """One statistic in the years frozen before and in this one: a row of the table for each.

    `points` has a whole percentage for every row, `None` for a year without a case; it is drawn as
    a line, which breaks there and between years that don't follow one another (`is_joined`).
    """

    table: Table
    points: tuple[int | None, ...]
    is_joined: tuple[bool, ...]
    description: str


@dataclass(frozen=True, slots=True)
class StatisticBlock:
    """One statistic under its heading. There is no chart where there is no percentage."""

    title: str
    lines: tuple[StatisticLine, ...]
    chart: Chart | None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a re-issued letter says of the one it replaces.

    `changes` sets every printed figure that changed beside what it was; `None` if there is none.
    """

    statement: str
    reason: str
    introduction: str
    changes: Table | None


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The ombudsman's name above the letter and how to reach the office."""

    name: str
    emphasised: str
    contact: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The end of the letter: the closing words, who signs, and in which offices."""

    closing: str
    name: str
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleMarking:
    """What a letter with simulated figures says about itself: on every page, and once in full."""

    label: str
    explanation: str


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """One letter, ready to be printed in any form.

    `dated` is the day of the letter, from which the PDF takes its fixed date. `file_stem` names the
    attached file without its ending.
    """

    subject: str
    preheader: str
    file_stem: str
    author: str
    authority: str
    dated: date
    letterhead: Letterhead
    date_line: str
    delivery: str
    address: tuple[str, ...]
    salutation: str
    title: str
    replacement: Replacement | None
    body: tuple[Block, ...]
    signature: Signature
    statistics_title: str
    statistics_period: str
    trend_note: str | None
    volumes: Volumes | None
    statistics: tuple[StatisticBlock, ...]
    chart_key: str | None
    layout: Layout
    sample: SampleMarking | None

    @property
    def runs(self) -> Iterator[Run]:
        """Every run of the text between salutation and closing, headings aside."""
        for block in self.body:
            match block:
                case Paragraph(runs=runs):
                    yield from runs
                case BulletList(items=items):
                    yield from chain.from_iterable(items)
                case Heading():
                    continue
