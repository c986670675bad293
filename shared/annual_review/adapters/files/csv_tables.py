"""The one reader of CSV tables that people write: register, recipients, notes, past decisions.

It takes what Excel and editors write, where it is certain how to read it, and guesses nothing: a
row has a cell for each column, or is a problem.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from annual_review.adapters.files.csv_encodings import (
    BEGINNING,
    UTF_8,
    UTF_16,
    UTF_16_BE,
    UTF_16_LE,
    WINDOWS_1252,
    other_kind,
    recognised_encoding,
    utf_16_of,
)
from annual_review.adapters.files.input_files import InputFileError, shown
from annual_review.adapters.files.table_faults import (
    QUOTES,
    SEPARATORS,
    Columns,
    heading_faults,
    row_fault,
)

Notice = Callable[[str], None]
"""Is told how a file was read, if that is not UTF-8 separated by commas."""

_OTHER_SEPARATORS: Final = ("|", ":", "^", "~")
_ENCODINGS: Final = {
    UTF_8: "UTF-8",
    UTF_16: "UTF-16",
    UTF_16_LE: "UTF-16",
    UTF_16_BE: "UTF-16",
    WINDOWS_1252: "Windows-1252",
}
_FOR_EXCEL: Final = "sep="


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: the line of the file on which it begins, and its cells.

    With a `problem`, it is no row of the table.
    """

    line: int
    cells: Sequence[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table whose heading is in order; `heading` are the names as they are compared.

    Columns that are not `used` may hold anything.
    """

    content: Callable[[], IO[bytes]]
    encoding: str
    separator: str
    heading: Sequence[str]
    used: Collection[str]
    first_line: int

    def tell_how_read(self, name: str, notice: Notice | None) -> None:
        """Tell how a file of this name was read, unless it is UTF-8 with commas as most are."""
        if notice and (self.encoding, self.separator) != (UTF_8, ","):
            separator = SEPARATORS.get(self.separator, shown(self.separator))
            encoding = _ENCODINGS[self.encoding]
            notice(f"{name} was read as {encoding}, separated by {separator}.")

    def rows(self) -> Iterator[Row]:
        """Go through the rows, one at a time, however many there are."""
        with _text(self.content(), self.encoding) as text:
            for row in islice(_rows(text, self.first_line, self.separator), 1, None):
                if row.problem:
                    yield row
                elif any(cell.strip() for cell in row.cells):
                    fault = row_fault(row.cells, self.heading, self.used, self.separator)
                    yield Row(row.line, row.cells, fault)

    def cells(self, row: Row) -> Mapping[str, str]:
        """Return the cells of a sound row by the names of their columns."""
        return {name: cell for name, cell in zip(self.heading, row.cells, strict=True) if name}


def open_table(
    content: Callable[[], IO[bytes]],
    columns: Columns,
    *,
    encoding: str | None = None,
    separator: str | None = None,
) -> CsvTable:
    """Recognise how a table is written, and check its heading; what is given is not guessed at.

    `content` opens the file from its beginning, each time it is called.

    Raises:
        ValueError: It can't be read as such a table: the arguments are its problems.
        OSError: It can't be read.
    """
    with content() as opened:
        found = _encoding(opened, encoding)
    with _text(content(), found) as text:
        beginning = "".join(islice(text, 1))
    first_line = 2 if beginning.lower().startswith(_FOR_EXCEL) else 1
    if first_line > 1 and separator is None:
        separator = beginning[len(_FOR_EXCEL) : len(_FOR_EXCEL) + 1]
    headings = {
        by: _heading(content, found, by, first_line)
        for by in ([separator] if separator else [*SEPARATORS, *_OTHER_SEPARATORS])
    }
    used = separator or _separator(headings, columns, first_line)
    heading = columns.named(headings[used].cells)
    problems = [headings[used].problem] if headings[used].problem else []
    if problems := problems or list(heading_faults(heading, columns, used)):
        raise ValueError(*(f"line {first_line}: {problem}" for problem in problems))
    return CsvTable(content, found, used, heading, columns.known, first_line)


def read_table(path: Path, columns: Columns, notice: Notice | None) -> tuple[CsvTable, list[Row]]:
    """Read all rows of a small file, those with a problem too.

    Raises:
        InputFileError: It can't be read as such a table.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputFileError(path, [error.strerror or "can't be read"]) from None
    try:
        table = open_table(lambda: io.BytesIO(content), columns)
    except ValueError as error:
        raise InputFileError(path, error.args) from None
    rows = list(table.rows())
    if not rows:
        raise InputFileError(path, ["has no row below its heading"])
    table.tell_how_read(path.name, notice)
    return table, rows


def _encoding(content: IO[bytes], given: str | None) -> str:
    start = content.read(BEGINNING)
    content.seek(0)
    if given in {UTF_8, WINDOWS_1252} and not (utf_16_of(start) or other_kind(start)):
        return given
    found = recognised_encoding(content)
    if given is not None and _ENCODINGS[given] != _ENCODINGS[found]:
        raise ValueError(f"is {_ENCODINGS[found]}, and the mapping says another encoding")
    return found


def _text(content: IO[bytes], encoding: str) -> io.TextIOWrapper:
    # What is no text in the encoding that was asked for is a problem of its row, not of the file.
    return io.TextIOWrapper(content, encoding, errors="surrogateescape", newline="")


def _rows(text: IO[str], first_line: int, separator: str) -> Iterator[Row]:
    rows = csv.reader(islice(text, first_line - 1, None), delimiter=separator, strict=True)
    while True:
        line = first_line + rows.line_num
        try:
            yield Row(line, next(rows))
        except StopIteration:
            return
        except csv.Error:
            yield Row(line, (), QUOTES)


def _heading(
    content: Callable[[], IO[bytes]], encoding: str, separator: str, first_line: int
) -> Row:
    with _text(content(), encoding) as text:
        return next(_rows(text, first_line, separator), Row(first_line, ()))


def _separator(headings: Mapping[str, Row], columns: Columns, line: int) -> str:
    """Return by what the cells of a heading are separated; a comma if nothing tells.

    Raises:
        ValueError: It is something else, or can't be told.
    """
    known = {name.lower() for name in columns.known}
    hits = {
        by: len(known.intersection(cell.strip().lower() for cell in row.cells))
        for by, row in headings.items()
    }
    most = max(hits.values())
    best = [by for by, count in hits.items() if count == most]
    if most and len({tuple(headings[by].cells) for by in best}) > 1:
        used = " and ".join(f'"{by}"' for by in best)
        raise ValueError(f"line {line}: separates its columns by {used}: use one of them")
    if most and best[0] in SEPARATORS:
        return best[0]
    if most > 1:
        raise ValueError(f'line {line}: separates its columns by "{best[0]}": use commas')
    return ","
