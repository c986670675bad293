from __future__ import annotations

from pathlib import Path

from tests.unit.cli.commands import run


def test_a_folder_that_is_no_rehearsal_is_refused_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    result = run(tmp_path, "site", "--from", "empty", "--out", "site")

    assert result.returncode == 2
    assert "figures.json can't be used" in result.words
    assert not (tmp_path / "site").exists()
