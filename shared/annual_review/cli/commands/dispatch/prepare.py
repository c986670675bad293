"""`annual-review prepare`: letters prepared again."""

from __future__ import annotations

from datetime import datetime

import typer

from annual_review.cli.acts import exit_of, show_done, show_end
from annual_review.cli.options import DryRun, Only, StackName, YearArgument
from annual_review.services.wording import LONDON
from annual_review.wiring.advice import typed


def prepare(
    year: YearArgument,
    only: Only = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Prepare letters again: after the register, the edition or a paragraph has changed.

    Letters that were sent are left. None of the others is sent before it is prepared. One that
    comes out with the same bytes has its approval again; one that does not has to be read again.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    codes = system.authorities(year, only or ())
    at = datetime.now(LONDON)
    request = system.prepare_again().request(year, at, codes, is_dry_run=dry_run)
    asked = "To be prepared again" if dry_run else "Being prepared again"
    show_done(year, asked, request, system.directory.register)
    show_end(
        f"none is sent before it is prepared; {typed(f'status {year}', stack)} shows when. One that"
        " comes out the same has its approval again.",
        is_dry_run=dry_run,
    )
    raise typer.Exit(exit_of(request))
