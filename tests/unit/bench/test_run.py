"""`make bench`, as far as it can be tried without the minutes that it takes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from infrastructure.bench import run
from infrastructure.bench.letters_report import HEADING as LETTERS
from infrastructure.bench.start_report import HEADING as START
from infrastructure.bench.year_end_report import HEADING as YEAR_END
from infrastructure.local.stages import Stages


@pytest.fixture
def measured_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_recording", lambda options: f"new recording, {options.command}\n")
    monkeypatch.setattr(run, "_letters", lambda options: f"{LETTERS}new, {options.command}\n")
    monkeypatch.setattr(run, "_year_end", lambda options: f"{YEAR_END}new, {options.command}\n")
    monkeypatch.setattr(run, "_start", lambda options: f"{START}new, {options.command}\n")


@pytest.mark.usefixtures("measured_in_no_time")
@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (
            [],
            (
                f"new recording, make bench\n\n{LETTERS}new, make bench\n\n"
                f"{YEAR_END}new, make bench\n\n{START}new, make bench\n"
            ),
        ),
        (
            ["--part", "letters"],
            (
                f'old recording\n\n{LETTERS}new, make bench ARGS="--part letters"\n\n'
                f"{YEAR_END}old\n\n{START}old\n"
            ),
        ),
        (
            ["--part", "recording", "--quick"],
            (
                'new recording, make bench ARGS="--part recording --quick"\n\n'
                f"{LETTERS}old\n\n{YEAR_END}old\n\n{START}old\n"
            ),
        ),
        (
            ["--part", "year-end"],
            (
                f"old recording\n\n{LETTERS}old\n\n"
                f'{YEAR_END}new, make bench ARGS="--part year-end"\n\n{START}old\n'
            ),
        ),
        (
            ["--part", "start"],
            (
                f"old recording\n\n{LETTERS}old\n\n{YEAR_END}old\n\n"
                f'{START}new, make bench ARGS="--part start"\n'
            ),
        ),
    ],
)
def test_a_part_that_is_not_asked_for_stays_as_it_is_and_so_does_what_was_measured_once(
    tmp_path: Path, arguments: list[str], written: str
) -> None:
    page = tmp_path / "benchmarks.md"
    kept = f"\n{run.KEPT}in another year\n"
    old = f"old recording\n\n{LETTERS}old\n\n{YEAR_END}old\n\n{START}old\n{kept}"
    page.write_text(old, encoding="utf-8")

    run.main([*arguments, "--out", str(page)])

    assert page.read_text(encoding="utf-8") == written + kept


@pytest.mark.usefixtures("measured_in_no_time")
def test_a_page_that_is_not_there_yet_is_begun_with_any_part(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"

    run.main(["--part", "year-end", "--out", str(page)])
    run.main(["--part", "letters", "--out", str(page)])

    assert page.read_text(encoding="utf-8") == (
        f'{LETTERS}new, make bench ARGS="--part letters"\n\n'
        f'{YEAR_END}new, make bench ARGS="--part year-end"\n'
    )


def test_a_year_end_is_played_and_its_stages_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(arguments: list[str]) -> None:
        folder = Path(arguments[1]) / "2020"
        (folder / "letters").mkdir(parents=True)
        (folder / "letters" / "E07000075.pdf").touch()
        stages = Stages()
        with stages.stage("Preparing letters"):
            stages.count = lambda: Counter({"function s3 PUT": 6})
        stages.write(folder)

    monkeypatch.setattr(run, "play", play)

    run.main(["--part", "year-end", "--out", str(tmp_path / "benchmarks.md")])

    written = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "| Preparing letters | s3 PUT | 6.00 |" in written
