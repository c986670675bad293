"""Files of past events: read line by line, checked as the events that they would be published as.

However large a file is, one line of it is held at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from annual_review.adapters.aws.event_bus import MOST_BYTES, event_size
from annual_review.adapters.events import parse_event
from annual_review.adapters.files.csv_encodings import CODECS
from annual_review.adapters.files.csv_mapping import CellError, CsvMapping
from annual_review.adapters.files.csv_tables import CsvTable, Notice, open_table
from annual_review.adapters.files.event_files import read_events
from annual_review.adapters.files.import_words import ColumnOf, in_words, no_column
from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.table_faults import Columns
from annual_review.services.recording.messages import RejectedEventError

_SENT: Final = ("source", "detail-type", "detail")

EventRecord = Mapping[str, object]
"""An event with the members `source`, `detail-type` and `detail`."""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line of a file: its number, its text, and the event in it or what is wrong with it.

    `problem` is a reason as dead letters have it, `words` say the same to whoever keeps the file.
    """

    number: int
    text: str
    event: EventRecord | None = None
    problem: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file of events: JSON Lines, or CSV where there is a mapping of its columns."""

    path: Path
    mapping: CsvMapping | None = None

    def lines(
        self,
        notice: Notice | None = None,
        refused: Mapping[int, str] = MappingProxyType({}),
    ) -> Iterator[ImportLine]:
        """Go through the lines that hold something, each with its event or what is wrong.

        How a CSV file was read, if it is written in an unusual way, is told as a `notice`. What is
        wrong with a line beside the others of the file is `refused`, by the number of the line.

        Raises:
            InputFileError: A CSV file can't be read, or has not the columns of its mapping.
            OSError: It can't be read.
        """
        if self.mapping is not None:
            found = _csv_lines(self.path, self.mapping, notice)
        else:
            found = _json_lines(self.path)
        for line in found:
            why = refused.get(line.number)
            if why is None:
                yield line
                continue
            words = in_words(why, json.dumps(line.event), self._column_of(line.event))
            yield replace(line, event=None, problem=why, words=words)

    def _column_of(self, event: EventRecord | None) -> ColumnOf:
        if self.mapping is None or event is None:
            return no_column
        return partial(self.mapping.column, kind=str(event["detail-type"]))


def _json_lines(path: Path) -> Iterator[ImportLine]:
    for message in read_events(path):
        number, body = int(message.id), message.body
        try:
            yield ImportLine(number, body, _checked(body))
        except RejectedEventError as error:
            words = in_words(error.reason, body)
            yield ImportLine(number, body, problem=error.reason, words=words)


def _csv_lines(path: Path, mapping: CsvMapping, notice: Notice | None) -> Iterator[ImportLine]:
    table = _table(path, mapping)
    table.tell_how_read(path.name, notice)
    for row in table.rows():
        text = json.dumps(row.cells, ensure_ascii=False) if row.cells else ""
        if row.problem:
            reason = f"wrong_row: {row.problem}"
            yield ImportLine(row.line, text, problem=reason, words=row.problem)
        else:
            yield _of_row(row.line, text, table.cells(row), mapping)


def _of_row(line: int, text: str, cells: Mapping[str, str], mapping: CsvMapping) -> ImportLine:
    try:
        made = mapping.event(cells)
    except CellError as error:
        return ImportLine(line, text, problem=str(error), words=error.words)
    body = json.dumps(made, ensure_ascii=False)
    try:
        return ImportLine(line, text, _checked(body))
    except RejectedEventError as error:
        column = partial(mapping.column, kind=str(made["detail-type"]))
        words = in_words(error.reason, body, column)
        return ImportLine(line, text, problem=error.reason, words=words)


def _table(path: Path, mapping: CsvMapping) -> CsvTable:
    columns = Columns(sorted(mapping.columns), as_written=True)
    encoding = CODECS[mapping.encoding] if mapping.encoding else None
    try:
        return open_table(
            lambda: path.open("rb"), columns, encoding=encoding, separator=mapping.delimiter
        )
    except ValueError as error:
        raise InputFileError(path, error.args) from None


def _checked(text: str) -> EventRecord:
    """Return the event of a text, if it would be recorded and the bus would take it.

    Raises:
        RejectedEventError: It would not.
    """
    parse_event(text)
    try:
        whole = json.loads(text, parse_constant=_refuse_constant)
        event = {member: whole[member] for member in _SENT}
        size = event_size(event)
    except (ValueError, RecursionError):
        code = "not_json"
        raise RejectedEventError(code) from None
    if size > MOST_BYTES:
        code = "too_large"
        raise RejectedEventError(code, f"{size} bytes")
    return event


def _refuse_constant(name: str) -> object:
    """Refuse NaN and Infinity, which some readers take for JSON and the bus does not."""
    raise ValueError(name)


@contextmanager
def problems_file(path: Path) -> Iterator[Callable[[ImportLine], None]]:
    """Write lines with problems as JSON Lines while they are found; without any, no file is left.

    Raises:
        OSError: It can't be written.
    """
    path.unlink(missing_ok=True)
    opened: list[IO[str]] = []

    def note(line: ImportLine) -> None:
        if not opened:
            opened.append(path.open("w", encoding="ascii", newline="\n"))
        record = {
            "line_number": line.number,
            "reason": line.problem,
            "words": line.words,
            "line": line.text,
        }
        opened[0].write(f"{json.dumps(record)}\n")

    try:
        yield note
    finally:
        for file in opened:
            file.close()
