"""`annual-review figures`: the figures of a year from a file of events, without any AWS."""

from __future__ import annotations

from pathlib import Path

from annual_review.adapters.files.register_files import read_register
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.console import Exit, out, show_table
from annual_review.domain.figures import YearFigures, figures_of_year, keys_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.rehearsal.recording import Recorded, record_file
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON
from annual_review.services.figures.counted_cases import cases_in
from annual_review.services.figures.frozen_figures import freeze_figures
from annual_review.services.recording.record_decisions import Verdict

REJECTED = "rejected.jsonl"
"""Where the lines go that could not be taken."""


def make_figures(year: ReportingYear, authorities: Path, events: Path, into: Path) -> Exit:
    """Write `figures.csv`, `figures.json` and `rejected.jsonl` into the folder of the year.

    Raises:
        InputFileError: The register can't be taken.
        OSError: A file can't be read or written.
    """
    directory = InMemoryDirectory(read_register(authorities))
    folder = year_folder(into, year)
    recorded = record_file(events, directory, folder / REJECTED)
    keys = [TallyKey(code, year) for code in directory.authorities.every_code]
    figures = figures_of_year(year, directory.authorities, recorded.cases.tallies(keys))
    cases = {
        each.authority.code: [
            case
            for key in keys_of(each.authority, year)
            for case in cases_in(key, recorded.cases.of_tally(key))
        ]
        for each in figures.authorities
    }
    frozen = freeze_figures(figures, cases)
    for name in (FIGURES_CSV, FIGURES_JSON):
        (folder / name).write_bytes(frozen.documents[name][0])
    show_table(f"Figures of {year}", [*recording_rows(recorded), *figures_rows(figures)])
    return show_ways(folder, recorded)


def year_folder(into: Path, year: ReportingYear) -> Path:
    """Make the folder that the results of a year are written to, and return it.

    Raises:
        OSError: It can't be made.
    """
    folder = into / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def recording_rows(recorded: Recorded) -> list[tuple[str, object]]:
    """Return what became of the events, for a table."""
    return [
        ("Events read", recorded.events),
        ("Recorded", recorded.verdicts[Verdict.RECORDED]),
        ("Duplicates", recorded.verdicts[Verdict.DUPLICATE]),
        ("Superseded versions", recorded.verdicts[Verdict.STALE]),
        ("Rejected", recorded.verdicts[Verdict.REJECTED]),
    ]


def figures_rows(figures: YearFigures) -> list[tuple[str, object]]:
    """Return the national sums of a year, for a table."""
    return [
        ("Authorities", len(figures.authorities)),
        ("Decisions of the year", figures.national.decisions),
        ("Detailed investigations", figures.national.investigations),
        ("Upheld", figures.national.upheld),
    ]


def show_ways(folder: Path, recorded: Recorded) -> Exit:
    """Say where the results are; the exit code tells whether lines were rejected."""
    out.print(f"\nWritten to {folder}", markup=False)
    if rejected := recorded.verdicts[Verdict.REJECTED]:
        lines = "line was" if rejected == 1 else "lines were"
        out.print(f"{rejected} {lines} rejected: see {folder / REJECTED}", markup=False)
        return Exit.LINES_REJECTED
    return Exit.DONE
