"""Typing a command as far as the command line takes it: nothing is done."""

from __future__ import annotations

import shlex
from typing import Any

from typer.main import get_command

from annual_review.cli.app import app


def type_in(command: str) -> dict[str, Any]:
    """Return what a command would be called with.

    Raises:
        AssertionError: There is no such command.
        ClickException: It does not take these words.
    """
    program, *words = shlex.split(command)
    assert program == "annual-review"
    called: Any = get_command(app)
    while commands_below := getattr(called, "commands", None):
        name = words.pop(0)
        assert name in commands_below, f"there is no command {name}"
        called = commands_below[name]
    params: dict[str, Any] = called.make_context(called.name, words).params
    return params
