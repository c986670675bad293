"""Characters that stop a letter: nobody sees them, or its font lacks them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_IGNORED: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
) | {chr(code) for codes in _SELECTORS for code in codes}
"""What programs may leave out of a text, by Unicode, although it counts as a letter or an accent;
all else of that kind are control and format characters."""

_CONTROLS: Final = {"\t": "TAB", "\n": "LINE BREAK", "\r": "CARRIAGE RETURN", "\x1b": "ESCAPE"}
"""Names that Unicode's own database lacks."""


def first_invisible(text: str) -> str | None:
    """Return the first character of a text that can't be seen, a space aside."""
    return next((each for each in text if _is_invisible(each)), None)


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character).startswith("C") or character in _IGNORED


def named(character: str) -> str:
    """Return how people look a character up: `U+200B (ZERO WIDTH SPACE)`."""
    name = unicodedata.name(character, _CONTROLS.get(character, ""))
    return f"U+{ord(character):04X} ({name})" if name else f"U+{ord(character):04X}"


def lacks(characters: Iterable[str]) -> str:
    """Say which characters of a text the letter's font lacks, and what to do."""
    listed = ", ".join(map(named, characters))
    return f"the letter's font lacks {listed}: write it in other letters"
