"""Files that people write: how it is told what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from annual_review.domain.invisible import first_invisible, named

_SHOWN: Final = 60


class InputFileError(Exception):
    """A file can't be taken; `problems` names every line that is wrong, and how."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(f"{path}: " + "; ".join(problems))


def shown(value: str) -> str:
    """Return a value in quotation marks, cut if long, with characters that can't be seen by code.

    It is for the terminal of whoever wrote the file, and for no log: it may be personal.
    """
    cut = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return f'"{"".join(f"<U+{ord(one):04X}>" if first_invisible(one) else one for one in cut)}"'


def visible(value: str) -> str:
    """Return a value all of which can be seen.

    Raises:
        ValueError: It holds a character that can't be seen; the message names it.
    """
    if character := first_invisible(value):
        message = f"{shown(value)} holds an invisible character, {named(character)}: type it again"
        raise ValueError(message)
    return value
