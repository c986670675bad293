"""Events as files: one event a line, and beside them the lines that could not be taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from annual_review.adapters.events import event_schemas
from annual_review.adapters.files.csv_encodings import BEGINNING, JSON, other_kind, utf_16_of
from annual_review.adapters.files.import_words import in_words
from annual_review.adapters.files.input_files import InputFileError
from annual_review.services.recording.messages import Message, MessageId


def read_events(path: Path) -> Iterator[Message]:
    """Go through the lines of a file of events; each message is named by its line number.

    Blank lines are passed over. Bytes that are not UTF-8 come through as lone surrogates, so that
    such a line is rejected like any other and can be written back as it was.

    Raises:
        InputFileError: It holds no lines of text: a workbook, UTF-16, a list in JSON.
        OSError: The file can't be read.
    """
    with path.open("rb") as lines:
        if kind := _no_events(lines.peek(BEGINNING)[:BEGINNING]):
            raise InputFileError(path, [f"is {kind}: save it as UTF-8 text, one event a line"])
        for number, line in enumerate(lines, 1):
            text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            if number == 1:
                text = text.removeprefix("\ufeff")
            if text.strip():
                yield Message(MessageId(str(number)), text)


def _no_events(start: bytes) -> str | None:
    """Return what a file is that begins so, if none of its lines can be an event."""
    kind = other_kind(start) or ("UTF-16" if utf_16_of(start) else None)
    if kind != JSON:
        return kind
    is_list = start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    return "a list in JSON" if is_list else None


def write_rejected(path: Path, rejected: Iterable[tuple[Message, str]]) -> None:
    """Write rejected lines as JSON Lines with `line_number`, `reason` and the `line` itself.

    `words` say the reason to whoever keeps the file.

    Raises:
        OSError: The file can't be written.
    """
    with path.open("w", encoding="ascii", newline="\n") as out:
        for message, reason in sorted(rejected, key=lambda each: int(each[0].id)):
            record = {
                "line_number": int(message.id),
                "reason": reason,
                "words": in_words(reason, message.body),
                "line": message.body,
            }
            out.write(f"{json.dumps(record)}\n")


def write_schemas(folder: Path) -> None:
    """Write the JSON Schema of every event into a folder.

    Raises:
        OSError: A file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in event_schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        (folder / name).write_text(f"{text}\n", encoding="utf-8", newline="\n")
