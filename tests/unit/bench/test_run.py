"""`make bench`, as far as it can be tried without the minutes that it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from infrastructure.bench import run
from infrastructure.bench.letters_report import HEADING


@pytest.fixture(autouse=True)
def measured_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_recording", lambda options: f"new recording, {options.command}\n")
    monkeypatch.setattr(run, "_letters", lambda options: f"{HEADING}new, {options.command}\n")


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ([], f"new recording, make bench\n{HEADING}new, make bench\n"),
        (
            ["--part", "letters"],
            f'old recording\n{HEADING}new, make bench ARGS="--part letters"\n',
        ),
        (
            ["--part", "recording", "--quick"],
            f'new recording, make bench ARGS="--part recording --quick"\n{HEADING}old\n',
        ),
    ],
)
def test_a_part_that_is_not_asked_for_stays_as_it_is(
    tmp_path: Path, arguments: list[str], written: str
) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"old recording\n{HEADING}old\n", encoding="utf-8")

    run.main([*arguments, "--out", str(page)])

    assert page.read_text(encoding="utf-8") == written


def test_a_page_that_is_not_there_yet_is_begun(tmp_path: Path) -> None:
    run.main(["--part", "letters", "--out", str(tmp_path / "benchmarks.md")])

    assert (tmp_path / "benchmarks.md").read_text(encoding="utf-8").startswith(HEADING)
