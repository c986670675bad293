"""Two sample years on end, between which eight councils became two."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.sample_inputs import register_csv
from tests.unit.cli.commands import Result, run

CORBY, COUNTY, NORTH, ROCHFORD = "E07000150", "E10000021", "E06000061", "E07000075"
SOME = {CORBY, COUNTY, NORTH, ROCHFORD, "E06000062", "E07000151"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for ends in (2021, 2022):
        header, *rows = register_csv(ReportingYear(ends)).decode().splitlines(keepends=True)
        of_some = [row for row in rows if row[:9] in SOME]
        (tmp_path / f"{ends}.csv").write_text(header + "".join(of_some), encoding="utf-8")
    return tmp_path


def rehearsed(folder: Path, year: str) -> Result:
    register = f"{year}.csv"
    sample = run(folder, "sample", "--year", year, "--authorities", register, "--out", year)
    assert sample.returncode == 0, sample.stderr
    assert f"The year {year} is made up" in sample.words
    return run(
        folder,
        *("rehearse", "--year", year, "--authorities", f"{year}/authorities.csv"),
        *("--recipients", f"{year}/recipients.csv", "--events", f"{year}/events.jsonl"),
        *("--out", "out", "--sample"),
    )


def figures(folder: Path, year: str) -> dict[str, dict[str, str]]:
    with (folder / "out" / year / "figures.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


def goes_to_successor(folder: Path, year: str) -> set[str]:
    letters = json.loads((folder / "out" / year / "letters.json").read_bytes())["letters"]
    return {each["letter"].rpartition("-")[2] for each in letters if each["successor"]}


def test_a_merged_council_hands_its_letters_and_not_its_figures_to_its_successor(
    folder: Path,
) -> None:
    assert rehearsed(folder, "2021").returncode == 0
    # Beside so few authorities, the late cases of 2021 look like a year of a small volume.
    questioned = rehearsed(folder, "2022")
    assert (questioned.returncode, "over twice the" in questioned.words) == (1, True)

    before, after = figures(folder, "2021"), figures(folder, "2022")
    # Its last year is its own; what was still recorded later is too, and only that.
    assert int(before[CORBY]["investigations"]) > 0
    assert int(after[CORBY]["investigations"]) == 0
    assert int(after[CORBY]["compliance_outcomes"]) > 0
    # Its successor has no figures before it began, and none of those it took over.
    assert NORTH not in before
    assert int(after[NORTH]["investigations"]) > 0
    assert {CORBY, COUNTY} <= goes_to_successor(folder, "2021")
    assert {CORBY, COUNTY} <= goes_to_successor(folder, "2022")
    assert ROCHFORD not in goes_to_successor(folder, "2022")

    # Both keep their pages, which name each other.
    built = run(folder, "site", "--from", "out/2021", "--from", "out/2022", "--out", "site")
    assert built.returncode == 0, built.words
    pages = folder / "site" / "authorities"
    assert "North Northamptonshire Council" in (pages / "e07000150/index.html").read_text()
    assert "Corby Borough Council" in (pages / "e06000061/index.html").read_text()
