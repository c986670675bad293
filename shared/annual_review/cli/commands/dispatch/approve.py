"""`annual-review approve`: prepared letters approved, to go out on the issue date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.acts import act_of, exit_of, show_done, show_end
from annual_review.cli.options import By, DryRun, Only, StackName, YearArgument
from annual_review.services.dispatch.approve_letters import after_approving
from annual_review.services.wording import LONDON
from annual_review.wiring.advice import typed


def approve(
    year: YearArgument,
    only: Only = None,
    by: By = "",
    read: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="review.json of the review that was read: letters changed since are left.",
        ),
    ] = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Approve the prepared letters of a year: they are sent on the issue date.

    An approval is one of certain bytes. What is prepared again and comes out as another letter has
    to be approved again.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.adapters.files.review_files import read_review
    from annual_review.wiring.dates import issue_date
    from annual_review.wiring.system import deployed

    was_read = read_review(read, year) if read else None
    system = deployed(stack)
    codes = system.authorities(year, only or ())
    report = system.approve_letters().approve(
        year, act_of(by), only=codes, read=was_read, is_dry_run=dry_run
    )
    approved = "Would be approved" if dry_run else "Approved"
    show_done(year, approved, report, system.directory.register)
    today = datetime.now(LONDON).date()
    then = after_approving(year, report, issue_date(year), today, lambda it: typed(it, stack))
    show_end(then, is_dry_run=dry_run)
    raise typer.Exit(exit_of(report))
