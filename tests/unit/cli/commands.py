"""Calling the command line in this process, in a folder with files of one's own."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from unittest import mock

import pytest
import typer.main

from annual_review import console
from annual_review.cli.app import main

known_command: Final = cache(typer.main.get_command)
"""The commands of an app as the parser knows them: typer reads their signatures at every call."""


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """Everything it said, on one line."""
        return " ".join((self.stdout + self.stderr).split())


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Take back what the command changes in its process, which is the tests' own here."""
    mask, handler = os.umask(0o022), signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        os.umask(mask)
        signal.signal(signal.SIGTERM, handler)


def run(folder: Path, *arguments: str, columns: int = 200) -> Result:
    """Call the command as its console script does."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        _as_it_was(),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        mock.patch.object(sys, "argv", ["annual-review", *arguments]),
        mock.patch.dict(os.environ, {"COLUMNS": str(columns)}),
        # A console keeps the width that it was made with, whatever is asked for later.
        mock.patch.object(console.out, "_width", columns),
        mock.patch.object(typer.main, "get_command", known_command),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code
    assert isinstance(code, int)
    return Result(code, stdout.getvalue(), stderr.getvalue())
