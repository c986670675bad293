"""What a person is told to type next: commands on the stack that they work on."""

from __future__ import annotations

from shlex import quote
from typing import Final

from annual_review.services.advised_commands import FILL_IN, Command

USUAL_STACK: Final = "annual-review"
"""The name of the stack that the commands work on if none is given."""

REASON: Final = f'--reason "{FILL_IN}"'
"""A reason for a person to fill in."""


def typed(command: Command | str | None, stack: str) -> str:
    """Return a command on a stack, as it is to be typed; nothing where there is none."""
    if not command:
        return ""
    words = command if isinstance(command, str) else worded(command)
    # An edition is a folder of files, and lies on no stack.
    on_stack = stack != USUAL_STACK and not words.startswith("edition ")
    return f"annual-review {words}" + (f" --stack {stack}" if on_stack else "")


def worded(command: Command) -> str:
    """Return the words of a command, without the program and the stack."""
    words = [command.name, *map(_quoted, command.arguments)]
    for name, value in command.options:
        words.append(f"--{name.rstrip('_').replace('_', '-')}")
        if value is not True:
            words.append(_quoted(value))
    return " ".join(words)


def _quoted(value: str) -> str:
    return f'"{value}"' if value == FILL_IN else quote(value)
