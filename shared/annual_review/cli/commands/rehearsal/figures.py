"""`annual-review figures`: the figures of a year from a file of events, without any AWS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annual_review.cli.commands.rehearsal.live_figures import show_live
from annual_review.cli.file_options import AUTHORITIES, EVENTS, OUT, tell_how_read
from annual_review.cli.forms import Form, form_of
from annual_review.cli.options import StackName, parse_year
from annual_review.console import Exit, out, show_table, warn
from annual_review.domain.figures import YearFigures, YearVolume, figures_of_year, keys_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON
from annual_review.services.recording.record_decisions import Verdict
from annual_review.services.wording import LONDON
from annual_review.services.year_end.closing.year_volume import in_words

if TYPE_CHECKING:
    from annual_review.rehearsal.recording import Recorded

_YEAR: Final = typer.Option(
    parser=parse_year,
    metavar="YEAR",
    help="Reporting year, named by the year it ends: 2020 is 1 April 2019 to 31 March 2020.",
)
Year = Annotated[ReportingYear, _YEAR]

REJECTED = "rejected.jsonl"
"""Where the lines go that could not be taken."""


def figures(
    of: Annotated[
        ReportingYear | None,
        typer.Argument(parser=parse_year, metavar="[YEAR]", help="The year, in place of --year."),
    ] = None,
    year: Annotated[ReportingYear | None, _YEAR] = None,
    authorities: Annotated[Path | None, AUTHORITIES] = None,
    events: Annotated[Path | None, EVENTS] = None,
    out: Annotated[Path | None, OUT] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Today's figures of a deployed stack, printed.")
    ] = False,
    authority: Annotated[
        str | None,
        typer.Option(
            metavar="AUTHORITY",
            help="With --live: only this one, by its code or a part of its name.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --live: as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="With --live: as CSV.")] = False,
    stack: StackName = "annual-review",
) -> None:
    """Compute the figures of a year from a file of events; or show today's of a deployed stack.

    Without any AWS, from --year, --authorities, --events and --out: it writes OUT/YEAR/figures.csv,
    figures.json (the frozen record with its hash) and rejected.jsonl.

    With YEAR and --live it prints the figures that the stack would freeze if the year were closed
    now. They are not frozen, and every form says so.

    Exit status: 0, or 1 when these can't be figures to close a year with (it has not ended, no
    decision in the file is of it, or under half or over twice as many as are of the year before), 3
    when lines were rejected, 2 for wrong usage or input.
    """
    form = form_of(is_json=as_json, is_csv=as_csv)
    match _one_of(of, year), authorities, events, out:
        case ReportingYear() as chosen, None, None, None if live:
            show_live(chosen, authority, form, stack)
        case ReportingYear() as chosen, Path() as register, Path() as file, Path() as folder if (
            not live and authority is None and form is Form.TABLE
        ):
            _write(chosen, register, file, folder)
        case _ if live:
            raise typer.BadParameter("--live takes a year and no files: figures 2021 --live")
        case _ if authority is not None or form is not Form.TABLE:
            raise typer.BadParameter("--authority, --json and --csv go with --live")
        case _:
            raise typer.BadParameter(
                "give --year, --authorities, --events and --out; or a year and --live"
            )


def _one_of(of: ReportingYear | None, year: ReportingYear | None) -> ReportingYear | None:
    if of and year and of != year:
        raise typer.BadParameter(f"{of} and --year {year} are different years: give one")
    return of or year


def _write(year: ReportingYear, authorities: Path, events: Path, out: Path) -> None:
    """Compute the figures from files, and write them to a folder.

    Raises:
        Exit: With the status that says how sound they are.
    """
    from annual_review.adapters.files.register_files import read_register
    from annual_review.adapters.memory.directory import InMemoryDirectory
    from annual_review.rehearsal.recording import record_file
    from annual_review.services.figures.counted_cases import cases_in
    from annual_review.services.figures.frozen_figures import freeze_figures
    from annual_review.services.year_end.closing.year_volume import volume_of

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
    volume = volume_of(found, directory.authorities, {}, recorded.cases)
    raise typer.Exit(show_ways(folder, recorded, found, volume))


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


def show_ways(folder: Path, recorded: Recorded, figures: YearFigures, volume: YearVolume) -> Exit:
    """Say where the results are, and what makes them doubtful; the exit code tells it as well."""
    doubts = list(_doubts(recorded, figures, volume))
    for doubt in doubts:
        warn(doubt)
    out.print(f"\nWritten to {folder}", markup=False)
    if rejected := recorded.verdicts[Verdict.REJECTED]:
        lines = "line was" if rejected == 1 else "lines were"
        out.print(f"{rejected} {lines} rejected: see {folder / REJECTED}", markup=False)
        return Exit.LINES_REJECTED
    return Exit.NOT_IN_ORDER if doubts else Exit.DONE


def _doubts(recorded: Recorded, figures: YearFigures, volume: YearVolume) -> Iterator[str]:
    """Say why closing would refuse such a year, whatever its figures are."""
    year = figures.year
    if datetime.now(LONDON).date() <= year.last_day:
        yield f"the year {year} ends on {year.last_day}: its figures will change until then"
    elif volume.is_questioned:
        yield f"{in_words(year, volume)}: closing asks whether that is right"
    if not recorded.events:
        yield "the file of events is empty"
    elif not figures.national.decisions:
        found = ", ".join(map(str, recorded.cases.years)) or "no year"
        yield f"no decision in the file is of {year}; what it holds counts in {found}"
