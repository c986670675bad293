"""`annual-review close`: start the closing of a year by hand, and tell what comes of it."""

from __future__ import annotations

import typer

from annual_review.cli.acts import show_end, with_names
from annual_review.cli.advice import typed
from annual_review.cli.options import DryRun, StackName, YearArgument
from annual_review.console import Exit, err, out, progress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.close_year import NO_EDITION
from annual_review.services.year_end.year_snapshot import counted


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
    from annual_review.cli.wiring import deployed

    system = deployed(stack)
    function = system.close_function
    with progress("Counting again", 1) as step:
        trial = function.close(year, is_dry_run=True)
        step(1, 1)
    if trial.reasons:
        number = len(trial.reasons)
        err.print(f"The year {year} can't be closed yet. Reasons: {number}", style="red")
        register = system.directory.register()
        for reason in trial.reasons:
            err.print(f"  - {with_names(reason, register)}", markup=False)
        if any(reason.startswith(NO_EDITION) for reason in trial.reasons):
            err.print(_of_this_checkout(year), markup=False)
        again = typed(f"close {year}", stack)
        err.print(f"Nothing was changed. Deal with each reason, then run: {again}", markup=False)
        raise typer.Exit(Exit.NOT_IN_ORDER)
    if not dry_run:
        with progress("Closing the year", 1) as step:
            function.close(year)
            step(1, 1)
    verb = "would be" if dry_run else "is"
    letters = counted(trial.letters, "letter", "letters")
    if trial.was_closed:
        out.print(f"The year {year} was closed before; its figures stay as they are.", markup=False)
        planned = "would be planned" if dry_run else "are planned now"
        out.print(f"Letters that were missing and {planned}: {trial.letters}.", markup=False)
    else:
        out.print(f"The year {year} {verb} closed, with {letters} planned.", markup=False)
    show_end(f"{typed(f'status {year}', stack)} says what to do.", is_dry_run=dry_run)


def _of_this_checkout(year: ReportingYear) -> str:
    """Say whether the edition that the deployment lacks is here, to be deployed."""
    from annual_review.rendering.editions.edition import load_edition
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.errors import EditionError

    try:
        load_edition(SHIPPED_EDITIONS, year)
    except EditionError:
        return f"This checkout has none of {year} either that can be used."
    return f"This checkout has one of {year}: deploy it."
