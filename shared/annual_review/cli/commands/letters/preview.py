"""`annual-review preview`: what it is asked with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.options import StackName, YearArgument, authority_code


def preview(
    year: YearArgument,
    authority: Annotated[str, typer.Argument(metavar="CODE", help="Whose letter: E07000075.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            file_okay=False,
            help="Results of a rehearsal, such as out/2020: no AWS is asked then.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="From today's figures; so it is before a year is closed."),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Write HTML, text and case list beside the PDF too.")
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.pdf",
            dir_okay=False,
            help="Where to; out/YEAR/preview/CODE.pdf if left out.",
        ),
    ] = None,
    is_opened: Annotated[
        bool, typer.Option("--open", help="Open it with what this machine opens a PDF with.")
    ] = False,
    stack: StackName = "annual-review",
) -> None:
    """Render one letter to read it, as it would be prepared now. Nothing is kept or sent.

    From the frozen figures; with --live, and before the year is closed, from today's. Such a letter
    says on every page that its figures are not frozen.

    Exit status: 0, or 1 when the letter can't be printed, 2 for wrong usage.
    """
    from annual_review.cli.commands.letters.previewing import Wanted, preview_letter

    wanted = Wanted(year, authority_code(authority), into, everything, is_opened)
    raise typer.Exit(preview_letter(wanted, folder, stack, is_live=live))
