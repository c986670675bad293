"""`annual-review release`: the letters of a year that may be sent, sent."""

from __future__ import annotations

from datetime import datetime

import typer

from annual_review.cli.acts import LONDON, exit_of, show_done, show_end
from annual_review.cli.advice import typed
from annual_review.cli.authorities import authorities_in
from annual_review.cli.options import DryRun, Only, StackName, YearArgument


def release(
    year: YearArgument,
    only: Only = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Send the letters of a year that may be sent, on the issue date or later.

    What the schedule of the issue date does, by hand: for letters that were approved since. A
    letter is claimed before it is sent, so that releasing twice sends it once.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.cli.wiring import deployed

    system = deployed(stack)
    codes = authorities_in(only or (), system.directory.register, system.codes_of_letters(year))
    at = datetime.now(LONDON)
    report = system.release_letters().release(year, at, codes, is_dry_run=dry_run)
    released = "Would be released" if dry_run else "Released"
    show_done(year, released, report, system.directory.register)
    status = typed(f"status {year}", stack)
    show_end(f"{status} shows their progress and what to do next.", is_dry_run=dry_run)
    raise typer.Exit(exit_of(report))
