"""`annual-review report`: what became of every letter of a year, as CSV and as a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from annual_review import console
from annual_review.cli.options import StackName, YearArgument
from annual_review.services.year_end.letter_report import report_letters
from annual_review.wiring.advice import typed


def report(
    year: YearArgument,
    out: Annotated[
        Path, typer.Option(file_okay=False, help="Folder to write to; results go to OUT/YEAR.")
    ] = Path("out"),
    stack: StackName = "annual-review",
) -> None:
    """Write what became of every letter of a year: OUT/YEAR/dispatch.csv and dispatch.html.

    Every authority, to whom its letter went, when it was claimed, accepted and ended, and how; with
    sums that add up. The files hold mailboxes: keep them as you keep the register.

    Exit status: 0, or 2 when the year has no letters.
    """
    from annual_review.adapters.files.dispatch_file import csv_of
    from annual_review.cli.commands.year_end.report_view import page_of
    from annual_review.views.letter_report import sums_of, verdict_of
    from annual_review.views.year_status import acceptance_of
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    read = system.year_phases().read(year)
    if not read.is_closed:
        raise console.CommandError(
            f"the year {year} is not closed, and has no letters.",
            f"{typed(f'status {year}', stack)} says what to do.",
        )
    report = report_letters(read)
    history = system.volumes.get(year).history
    accepted = [f"Volume accepted: {acceptance_of(year, each)}" for each in history]
    folder = out / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    page = page_of(report, datetime.now(UTC), accepted)
    (folder / "dispatch.csv").write_bytes(csv_of(report))
    (folder / "dispatch.html").write_text(page, encoding="utf-8")
    console.show_table(f"Letters of {year}", [(each.name, each.count) for each in sums_of(report)])
    console.out.print(f"\n{verdict_of(report)}", markup=False)
    for each in accepted:
        console.out.print(each, markup=False)
    console.out.print(f"\nThe table: {folder / 'dispatch.csv'}", markup=False)
    console.out.print(f"The page:  {folder / 'dispatch.html'}", markup=False)
