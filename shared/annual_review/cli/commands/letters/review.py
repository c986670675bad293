"""`annual-review review`: what it is asked with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from annual_review.cli.options import StackName, YearArgument

_LONDON: Final = ZoneInfo("Europe/London")
_FOLDER: Final = {"file_okay": False, "exists": True}


def review(
    year: YearArgument,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from", **_FOLDER, help="Folder of a rehearsal, OUT/YEAR; else the stack is read."
        ),
    ] = None,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Show what differs from the rehearsal or revision before."),
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            **_FOLDER, help="Show what differs from this folder of a rehearsal or review instead."
        ),
    ] = None,
    out_: Annotated[
        Path, typer.Option("--out", file_okay=False, help="Results go to OUT/YEAR/review.")
    ] = Path("out"),
    stack: StackName = "annual-review",
) -> None:
    """Build a folder in which all letters of a year can be read before they are approved.

    OUT/YEAR/review/index.html opens from disk: every letter with pictures of its pages, its figures
    and what to look at; sortable, and to be read one after another. review.json beside it names
    what was there to read: approving with it approves these letters and no later ones.

    Exit status: 0, or 2 for wrong usage or input.
    """
    from annual_review.cli.commands.letters.reviewing import (
        build_review,
        letters_before,
        letters_of,
    )

    source = letters_of(year, from_, stack)
    previous = letters_before(source, against) if diff or against else None
    raise typer.Exit(build_review(year, source, previous, out_, datetime.now(_LONDON)))
