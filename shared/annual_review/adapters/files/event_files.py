"""Events as files: one event a line, and beside them the lines that could not be taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from annual_review.adapters.events import event_schemas
from annual_review.services.recording.messages import Message, MessageId


def read_events(path: Path) -> Iterator[Message]:
    """Go through the lines of a file of events; each message is named by its line number.

    Blank lines are passed over. Bytes that are not UTF-8 come through as lone surrogates, so that
    such a line is rejected like any other and can be written back as it was.

    Raises:
        OSError: The file can't be read.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            if number == 1:
                text = text.removeprefix("\ufeff")
            if text.strip():
                yield Message(MessageId(str(number)), text)


def write_rejected(path: Path, rejected: Iterable[tuple[Message, str]]) -> None:
    """Write rejected lines as JSON Lines with `line_number`, `reason` and the `line` itself.

    Raises:
        OSError: The file can't be written.
    """
    with path.open("w", encoding="ascii", newline="\n") as out:
        for message, reason in sorted(rejected, key=lambda each: int(each[0].id)):
            record = {"line_number": int(message.id), "reason": reason, "line": message.body}
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
