"""The commands that the README shows: they work as they stand, in their order."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Final

import pytest

from infrastructure.local.project import ROOT
from tests.unit.cli.commands import run
from tests.unit.cli.typing_commands import type_in

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN: Final = [
    line.replace("\\\n", " ")
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in re.findall(r"^\$ (annual-review (?:.*\\\n)*.*)$", block, re.MULTILINE)
]
IN_A_SENTENCE: Final = re.findall(r"`(annual-review [a-z][^`]*)`", README)
A_SYSTEM_IS_WANTED: Final = "load-register"
FILES: Final = ("A.csv", "R.csv", "FILE", "notes.csv", "out/2020/review/review.json")


def test_those_without_aws_work_one_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: opened.append(command))

    for command in SHOWN:
        if A_SYSTEM_IS_WANTED in command:
            continue
        _, *words = shlex.split(command)
        result = run(tmp_path, *words)
        assert result.returncode == 0, (command, result.words)
        if words[0] == "sample":
            keep_some_authorities(tmp_path / "sample")

    assert (tmp_path / "out/2020/review/index.html").is_file()
    assert (tmp_path / "out/2020/preview/E07000075.pdf").is_file()
    assert len(SHOWN) > 5


def keep_some_authorities(sample: Path) -> None:
    """Make the year small: what the commands do with all 354 authorities, `make run` shows."""
    register = sample / "authorities.csv"
    rows = register.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
    unchanged = [row for row in rows if not set(re.findall(r"\b[EW]\d{8}\b", row[10:]))]
    kept = {row[:9] for row in unchanged[::10]} | {"E07000075"}
    for name in ("authorities.csv", "recipients.csv", "notes.csv"):
        heading, *rows = (sample / name).read_text(encoding="utf-8").splitlines(keepends=True)
        rows = [row for row in rows if row[:9] in kept]
        (sample / name).write_text("".join([heading, *rows]), encoding="utf-8")
    events = (sample / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept_events = [event for event in events if set(re.findall(r"\b[EW]\d{8}\b", event)) <= kept]
    (sample / "events.jsonl").write_text("".join(kept_events), encoding="utf-8")


@pytest.mark.parametrize("command", sorted({*SHOWN, *IN_A_SENTENCE}))
def test_each_can_be_typed(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for folder in ("out/2020", "sample"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for name in ("authorities", "recipients", "notes"):
        (tmp_path / "sample" / f"{name}.csv").touch()
    (tmp_path / "sample" / "events.jsonl").touch()

    type_in(command)
