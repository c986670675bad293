"""The commands on a whole year, `close`, `status` and `report`: what they are asked with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.options import DryRun, StackName, YearArgument


def close(
    year: YearArgument,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Close a year by hand: freeze its figures, and plan a letter for every authority.

    What the schedule of 15 April does. As long as the figures can't be trusted, every reason is
    told and nothing is changed. A year that was closed keeps its figures; letters that are missing
    are planned.

    Exit status: 0, or 1 when the year can't be closed yet, 2 for wrong usage, 4 for a failure.
    """
    from annual_review.cli.commands.year_end.closing import close_year

    raise typer.Exit(close_year(stack, year, is_dry_run=dry_run))


def status(
    year: YearArgument,
    authority: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help="An authority: the history of its letters."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every few seconds, until Ctrl-C.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    stack: StackName = "annual-review",
) -> None:
    """Show how a year stands, what is stuck, and what to do next. It changes nothing.

    With the code of an authority it shows the history of that authority's letters instead: when
    each went to which state, why, and to whom. --watch needs a terminal; elsewhere it shows once.

    Exit status: 0, or 2 when the year or the letters can't be shown.
    """
    from annual_review.cli.commands.year_end.status import show_status

    if as_json and watch:
        raise typer.BadParameter("--json shows one moment: leave --watch away")
    raise typer.Exit(show_status(stack, year, authority, is_watch=watch, is_json=as_json))


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
    from annual_review.cli.commands.year_end.report import write_report

    raise typer.Exit(write_report(stack, year, out))
