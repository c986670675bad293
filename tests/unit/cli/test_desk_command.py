"""`annual-review desk`: what it opens, for whom, and what it says where it can't."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from annual_review.desk import serving
from annual_review.desk.desk import Desk
from tests.unit.cli.commands import run

LETTERS = (
    '{"year": 2020, "letters": [{"letter": "2020-1-E07000075", "figures_sha256": "1",'
    ' "message_sha256": null, "successor": false, "paragraphs": 0, "unreviewed": 0, "history":'
    ' [{"at": "2020-07-22T09:00:00+01:00", "state": "planned", "why": "for a test"}]}]}'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a rehearsal in it."""
    rehearsal = tmp_path / "out" / "2020"
    rehearsal.mkdir(parents=True)
    (rehearsal / "letters.json").write_text(LETTERS, encoding="utf-8")
    return tmp_path


def test_it_opens_the_year_of_the_rehearsal_in_the_name_that_was_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def serve(desk: Desk, port: int, started: Callable[[str], object]) -> None:
        opened.extend((desk.by, desk.year.ends, desk.rehearsal, port))
        started("http://127.0.0.1:8123/enter?token=secret")

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setattr("webbrowser.open", opened.append)
    address = "http://127.0.0.1:8123/enter?token=secret"

    shown = run(folder, "desk", "--from", "out/2020", "--by", "Ann", "--no-open")
    assert (shown.returncode, opened) == (0, ["Ann", 2020, Path("out/2020"), 0])
    assert address in shown.stdout
    run(folder, "desk", "--from", "out/2020", "--by", "Ann", "--port", "8123")
    assert opened[-2:] == [8123, address]


def test_a_port_that_somebody_else_listens_on_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = run(folder, "desk", "--from", "out/2020", "--no-open", "--port", port)
    assert ended.returncode == 2
    assert f"port {port} can't be used" in ended.words
    assert "Choose another with --port" in ended.words


def test_a_folder_without_letters_is_no_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = run(tmp_path, "desk", "--from", "empty", "--no-open")
    assert ended.returncode == 2
    assert "letters.json can't be used" in ended.words
