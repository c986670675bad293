"""Calling the command line in this process, in a folder with files of one's own."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from annual_review.cli.app import main


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


def run(folder: Path, *arguments: str) -> Result:
    """Call the command as its console script does."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        _as_it_was(),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        mock.patch.object(sys, "argv", ["annual-review", *arguments]),
        mock.patch.dict(os.environ, {"COLUMNS": "200"}),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code
    assert isinstance(code, int)
    return Result(code, stdout.getvalue(), stderr.getvalue())
