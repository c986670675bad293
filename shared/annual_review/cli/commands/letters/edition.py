"""`annual-review edition`: what it is asked with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.options import DryRun, YearArgument, parse_year
from annual_review.domain.reporting_year import ReportingYear

editions_app = typer.Typer(
    help="List, copy and check the editions: what is particular to one year's letter.",
    no_args_is_help=True,
)

Editions = Annotated[
    Path | None,
    typer.Option(
        "--editions",
        file_okay=False,
        exists=True,
        help="Folder with a folder for each edition; else those that ship with the project.",
    ),
]


@editions_app.command("list")
def list_editions(editions: Editions = None) -> None:
    """List the editions with their dates and who signs.

    Exit status: 0, or 1 when one of them can't be used.
    """
    from annual_review.cli.commands.letters.editing import show_editions

    raise typer.Exit(show_editions(editions))


@editions_app.command()
def new(
    year: YearArgument,
    from_: Annotated[
        ReportingYear,
        typer.Option("--from", parser=parse_year, metavar="YEAR", help="The edition to copy."),
    ],
    editions: Editions = None,
    dry_run: DryRun = False,
) -> None:
    """Copy an edition to another year, and say what a person must now look at.

    Its dates move by whole years, to the nearest day of the same weekday. Every other character
    stays, comments included. An edition that is there already is never overwritten.

    Exit status: 0, or 2 when it can't be copied.
    """
    from annual_review.cli.commands.letters.editing import copy_to_year

    raise typer.Exit(copy_to_year(editions, year, from_, is_dry_run=dry_run))


@editions_app.command()
def check(year: YearArgument, editions: Editions = None) -> None:
    """Check an edition: its files first, then a letter of every variant as it would be printed.

    Says all that is wrong, with file and line: unknown placeholders and conditions, missing keys,
    dates out of order, Markdown that a letter can't have; overlong pages, characters that the font
    lacks, links that lead nowhere, texts too long for mail.

    Exit status: 0 when all is well, 1 when something is wrong.
    """
    from annual_review.cli.commands.letters.editing import check_year

    raise typer.Exit(check_year(editions, year))
