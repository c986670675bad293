"""What a person is told to type next: commands on the stack that they work on."""

from __future__ import annotations

from typing import Final

USUAL_STACK: Final = "annual-review"
"""The name of the stack that the commands work on if none is given."""


def typed(words: str, stack: str) -> str:
    """Return a command on a stack, as it is to be typed; the words of no command are empty."""
    if not words:
        return ""
    # An edition is a folder of files, and lies on no stack.
    on_stack = stack != USUAL_STACK and not words.startswith("edition ")
    return f"annual-review {words}" + (f" --stack {stack}" if on_stack else "")
