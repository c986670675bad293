"""`annual-review figures`: the figures of a year from a file of events, without any AWS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.cli.acts import LONDON
from annual_review.cli.file_options import Authorities, Events, Out, tell_how_read
from annual_review.cli.options import parse_year
from annual_review.console import Exit, out, show_table, warn
from annual_review.domain.figures import YearFigures, figures_of_year, keys_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON
from annual_review.services.recording.record_decisions import Verdict

if TYPE_CHECKING:
    from annual_review.rehearsal.recording import Recorded

Year = Annotated[
    ReportingYear,
    typer.Option(
        parser=parse_year,
        metavar="YEAR",
        help="Reporting year, named by the year it ends: 2020 is 1 April 2019 to 31 March 2020.",
    ),
]

REJECTED = "rejected.jsonl"
"""Where the lines go that could not be taken."""


def figures(year: Year, authorities: Authorities, events: Events, out: Out) -> None:
    """Compute the figures of a year from a file of events, without any AWS.

    Writes OUT/YEAR/figures.csv, figures.json (the frozen record with its hash) and rejected.jsonl.

    Exit status: 0, or 1 when these can't be figures to close a year with (it has not ended, or no
    decision in the file is of it), 3 when lines were rejected, 2 for wrong usage or input.
    """
    from annual_review.adapters.files.register_files import read_register
    from annual_review.adapters.memory.directory import InMemoryDirectory
    from annual_review.rehearsal.recording import record_file
    from annual_review.services.figures.counted_cases import cases_in
    from annual_review.services.figures.frozen_figures import freeze_figures

    directory = InMemoryDirectory(read_register(authorities, tell_how_read))
    folder = year_folder(out, year)
    recorded = record_file(events, directory, folder / REJECTED)
    keys = [TallyKey(code, year) for code in directory.authorities.every_code]
    found = figures_of_year(year, directory.authorities, recorded.cases.tallies(keys))
    cases = {
        each.authority.code: [
            case
            for key in keys_of(each.authority, year)
            for case in cases_in(key, recorded.cases.of_tally(key))
        ]
        for each in found.authorities
    }
    frozen = freeze_figures(found, cases)
    for name in (FIGURES_CSV, FIGURES_JSON):
        (folder / name).write_bytes(frozen.documents[name][0])
    show_table(f"Figures of {year}", [*recording_rows(recorded), *figures_rows(found)])
    raise typer.Exit(show_ways(folder, recorded, found))


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


def show_ways(folder: Path, recorded: Recorded, figures: YearFigures) -> Exit:
    """Say where the results are, and what makes them doubtful; the exit code tells it as well."""
    doubts = list(_doubts(recorded, figures))
    for doubt in doubts:
        warn(doubt)
    out.print(f"\nWritten to {folder}", markup=False)
    if rejected := recorded.verdicts[Verdict.REJECTED]:
        lines = "line was" if rejected == 1 else "lines were"
        out.print(f"{rejected} {lines} rejected: see {folder / REJECTED}", markup=False)
        return Exit.LINES_REJECTED
    return Exit.NOT_IN_ORDER if doubts else Exit.DONE


def _doubts(recorded: Recorded, figures: YearFigures) -> Iterator[str]:
    """Say why closing would refuse such a year, whatever its figures are."""
    year = figures.year
    if datetime.now(LONDON).date() <= year.last_day:
        yield f"the year {year} ends on {year.last_day}: its figures will change until then"
    if not recorded.events:
        yield "the file of events is empty"
    elif not figures.national.decisions:
        found = ", ".join(map(str, recorded.cases.years)) or "no year"
        yield f"no decision in the file is of {year}; what it holds counts in {found}"
