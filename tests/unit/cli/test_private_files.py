"""What a command leaves on the disk is its user's alone."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest

from tests.unit.cli.commands import run


def test_folders_and_files_are_for_nobody_else(tmp_path: Path) -> None:
    run(tmp_path, "schemas", "--out", "written")

    folder = tmp_path / "written"
    (some, *_) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert some.stat().st_mode & 0o777 == 0o600


def test_a_command_that_is_terminated_leaves_no_letter_in_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            (Path(folder) / "letter.pdf").write_bytes(b"%PDF")
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("annual_review.cli.app.app", interrupted)

    result = run(tmp_path, "rehearse")

    assert result.returncode == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())
