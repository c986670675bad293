"""What is wrong with an edition, said so that its editor can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from annual_review.services.advised_commands import Command
from annual_review.services.errors import RefusalError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the file or folder, the line where it is known, and what to do."""

    path: Path
    what: str
    line: int | None = None

    def __str__(self) -> str:
        """Name file and line, then what is wrong."""
        where = str(self.path) if self.line is None else f"{self.path}, line {self.line}"
        return f"{where}: {self.what}"


class EditionError(RefusalError):
    """An edition can't be used as it is; the message names every fault, one a line."""

    def __init__(
        self, path: Path, what: str, line: int | None = None, command: Command | None = None
    ) -> None:
        """Take the file (or folder), what is wrong and what to do, and the line where known."""
        self.faults: tuple[Fault, ...] = (Fault(path, what, line),)
        super().__init__(what, command)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Self:
        """Return one error for all faults of an edition, so that they can be fixed in one go."""
        first, *others = faults
        error = cls(first.path, first.what, first.line)
        error.faults = (first, *others)
        return error

    def __str__(self) -> str:
        """Name every fault with its file and line."""
        return "\n".join(map(str, self.faults))
