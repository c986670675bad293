"""`annual-review release`: the letters of a year that may be sent, sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from annual_review.cli.acts import act_of, exit_of, reason_of, show_done, show_end
from annual_review.cli.commands.dispatch.doctor import show_check
from annual_review.cli.options import By, DryRun, Only, StackName, YearArgument
from annual_review.console import out
from annual_review.services.dispatch.sending_stops import in_words
from annual_review.services.wording import LONDON
from annual_review.wiring.advice import typed


def release(
    year: YearArgument,
    only: Only = None,
    stack: StackName = "annual-review",
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Let sending resume: what stopped it has been fixed."),
    ] = False,
    reason: Annotated[str, typer.Option(help="With --resume: what was done. Kept.")] = "",
    by: By = "",
    despite: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHECK",
            help="Release though this check of `doctor` is not ready, where that is safe; may be"
            " given more than once.",
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Send the letters of a year that may be sent, on the issue date or later.

    What the schedule of the issue date does, by hand: for letters that were approved since. A
    letter is claimed before it is sent, so that releasing twice sends it once.

    Where SES refused the account, or three letters in a row, sending is stopped and nothing is
    released. `status` says why. When that is put right, --resume lets sending go on in your name.

    The SES account is checked first, as `doctor` does. What would make letters fail refuses the
    release; what may be passed over with --despite is told.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.wiring.system import deployed

    act = act_of(by, reason_of(reason)) if resume else None
    system = deployed(stack)
    codes = system.authorities(year, only or ())
    at = datetime.now(LONDON)
    service = system.checked_release(at)
    planned = service.plan(year, at, codes, despite=despite or (), resumes=resume)
    report = planned.report
    for check in planned.checks:
        show_check(check, stack)
    if not dry_run:
        done = service.release(year, at, codes, resuming=act)
        report = done.report
        if act and done.resumed:
            out.print(f"Resumed by {act.by}: {in_words(year, done.resumed)}.", markup=False)
    released = "Would be released" if dry_run else "Released"
    show_done(year, released, report, system.directory.register)
    status = typed(f"status {year}", stack)
    show_end(f"{status} shows their progress and what to do next.", is_dry_run=dry_run)
    raise typer.Exit(exit_of(report))
