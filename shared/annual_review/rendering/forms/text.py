"""The letter as plain text: for those whose mail shows no HTML, and for those who prefer it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from annual_review.rendering.letter.document import (
    FigureCell,
    LetterDocument,
    LineKind,
    Replacement,
    StatisticBlock,
    Table,
    Volumes,
)
from annual_review.rendering.text.blocks import Block, BulletList, Heading, Paragraph, Run

_WIDTH: Final = 72
_PERCENTAGE: Final = len("100%")
_MAILTO: Final = "mailto:"


def print_text(document: LetterDocument) -> str:
    """Print one letter as text in lines of 72 characters; longer words and addresses stay whole."""
    return "\n".join(line.rstrip() for line in _lines(document)) + "\n"


def _lines(document: LetterDocument) -> Iterator[str]:
    if document.sample:
        yield from _boxed(document.sample.label)
        yield ""
        yield from _wrapped(document.sample.explanation)
        yield ""
    letterhead = document.letterhead
    yield letterhead.name
    yield letterhead.emphasised
    yield from (_written_out((run,)) for run in letterhead.contact)
    for paragraph in ((document.date_line,), (document.delivery,), document.address):
        yield ""
        yield from paragraph
    yield ""
    yield from _wrapped(document.salutation)
    yield ""
    yield from _underlined(document.title, "=")
    if document.replacement:
        yield ""
        yield from _replacement(document.replacement)
    for block in document.body:
        yield ""
        yield from _block(block)
    yield ""
    yield document.signature.closing
    yield ""
    yield document.signature.name
    yield from document.signature.offices
    yield ""
    yield ""
    yield from _underlined(document.statistics_title, "=")
    yield document.statistics_period
    if document.trend_note:
        yield from _wrapped(document.trend_note)
    if document.volumes:
        yield ""
        yield from _volumes(document.volumes)
    for statistic in document.statistics:
        yield ""
        yield from _statistic(statistic)
    if document.sample:
        yield ""
        yield from _boxed(document.sample.label)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield from _underlined(text, "-")
        case Paragraph(runs=runs):
            yield from _wrapped(_written_out(runs))
        case BulletList(items=items):
            for number, item in enumerate(items):
                if number:
                    yield ""
                yield from _bullet(_written_out(item))


def _replacement(replacement: Replacement) -> Iterator[str]:
    yield from _wrapped(replacement.statement)
    yield from _wrapped(replacement.reason)
    yield ""
    yield from _wrapped(replacement.introduction)
    if replacement.changes:
        yield ""
        yield from _table(replacement.changes)


def _volumes(volumes: Volumes) -> Iterator[str]:
    yield from _underlined(volumes.title, "-")
    width = max(len(f"{each.number:,}") for each in volumes.volumes)
    yield from (f"{each.number:{width},}  {each.what}" for each in volumes.volumes)


def _table(table: Table) -> Iterator[str]:
    """Set a table in columns under a rule, or cell under cell where a line would be too long."""
    rows = [(row.head, *map(_cell, row.cells)) for row in table.rows]
    widths = [max(map(len, column)) for column in zip(table.columns, *rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > _WIDTH:
        yield from _stacked(table)
        return
    for line in (table.columns, tuple("-" * width for width in widths), *rows):
        yield "  ".join(f"{text:{width}}" for text, width in zip(line, widths, strict=True))


def _stacked(table: Table) -> Iterator[str]:
    _, *columns = table.columns
    width = max(map(len, columns))
    for row in table.rows:
        yield from _wrapped(row.head)
        for column, cell in zip(columns, row.cells, strict=True):
            yield f"  {column:{width}}  {_cell(cell)}"


def _cell(cell: FigureCell) -> str:
    return f"{cell.figure:>{_PERCENTAGE}}  {cell.base}" if cell.base else cell.figure


def _statistic(statistic: StatisticBlock) -> Iterator[str]:
    yield from _underlined(statistic.title, "-")
    for line in statistic.lines:
        printed = _bullet(line.text) if line.kind is LineKind.NOTE else _wrapped(line.text)
        yield from printed
    if statistic.trend:
        yield ""
        yield from _table(statistic.trend.table)


def _written_out(runs: tuple[Run, ...]) -> str:
    return "".join(run.text if run.link is None else _link(run.text, run.link) for run in runs)


def _link(text: str, link: str) -> str:
    """Return the words with the address after them, or the address alone if it has the words."""
    address = link.removeprefix(_MAILTO)
    return address if text in address else f"{text} ({address})"


def _wrapped(text: str, first: str = "", following: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _bullet(text: str) -> list[str]:
    return _wrapped(text, "• ", "  ")


def _underlined(text: str, rule: str) -> Iterator[str]:
    lines = _wrapped(text)
    yield from lines
    yield rule * max(len(line) for line in lines)


def _boxed(text: str) -> Iterator[str]:
    rule = "*" * (len(text) + 4)
    yield from (rule, f"* {text} *", rule)
