"""`annual-review desk`: the year in a browser, on this machine."""

from __future__ import annotations

import webbrowser
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.acts import act_of
from annual_review.cli.options import By, StackName, parse_year
from annual_review.console import CommandError, out
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import LONDON


def desk(
    year: Annotated[
        ReportingYear | None,
        typer.Option(
            parser=parse_year,
            metavar="YEAR",
            help="The year to begin with. Default: that of the rehearsal, or the last to end.",
        ),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            file_okay=False,
            help="Show the rehearsal in this folder, OUT/YEAR, instead of a stack; read only.",
        ),
    ] = None,
    by: By = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1. Default: any free one.")
    ] = 0,
    is_opened: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the browser.")
    ] = True,
    stack: StackName = "annual-review",
) -> None:
    """Open a desk in the browser: figures, letters, paragraphs, dispatch and publication of a year.

    It does what these commands do, with the same AWS credentials and in your name. Every act is
    shown before it is done. It listens on this machine alone, and lets in the one browser that
    opens the address it shows first. Ctrl-C ends it; what is under way is finished.

    Exit status: 0, or 2 when the stack, the folder or the port can't be used.
    """
    try:
        from annual_review.desk.desk import Desk
        from annual_review.desk.serving import serve
    except ImportError as error:
        raise CommandError(
            f"the desk needs {error.name}, which is not installed",
            "Install it with its extra: pip install 'annual-review[cli,desk]'.",
        ) from error

    who = act_of(by).by
    if from_:
        shown = Desk(who, year or _year_of(from_), rehearsal=from_)
    else:
        from annual_review.wiring.system import deployed

        ended = ReportingYear(ReportingYear.of(datetime.now(LONDON).date()).ends - 1)
        shown = Desk(who, year or ended, deployed=deployed(stack))

    def started(address: str) -> None:
        out.print(f"The desk is open to one browser, at {address}", markup=False)
        out.print("Ctrl-C ends it.")
        if is_opened:
            webbrowser.open(address)

    try:
        serve(shown, port, started)
    except OSError as error:
        raise CommandError(
            f"port {port} can't be used: {error.strerror}",
            "Choose another with --port, or leave it away.",
        ) from error


def _year_of(folder: Path) -> ReportingYear:
    from annual_review.adapters.files.rehearsal_folder import read_letters

    letters = read_letters(folder)
    if not letters:
        raise CommandError(f"{folder} holds no letters: name the folder of a rehearsal, OUT/YEAR")
    return letters[0].letter.id.year
