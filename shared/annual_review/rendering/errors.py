"""What is wrong with an edition, said so that its editor can put it right."""

from __future__ import annotations

from pathlib import Path


class EditionError(Exception):
    """An edition can't be used as it is; the message names the file, the line and the way out."""

    retryable = False

    def __init__(self, path: Path, what: str, line: int | None = None) -> None:
        """Take the file (or folder), what is wrong and what to do, and the line where known."""
        self.path = path
        self.line = line
        where = str(path) if line is None else f"{path}, line {line}"
        super().__init__(f"{where}: {what}")
