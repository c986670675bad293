"""`annual-review close`: start the closing of a year by hand, and tell what comes of it."""

from __future__ import annotations

from annual_review.adapters.aws.close_function import FunctionFailedError
from annual_review.cli.acts import show_end
from annual_review.cli.advice import typed
from annual_review.cli.deployed import deployed
from annual_review.console import CommandError, Exit, err, out, progress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.year_snapshot import counted


def close_year(stack: str, year: ReportingYear, *, is_dry_run: bool) -> Exit:
    """Try whether a year can be closed, list every reason why not, and close it if there is none.

    Raises:
        CommandError: The stack can't be found, or the function failed.
        PortError: The function could not be started, or did not answer; again is safe.
    """
    function = deployed(stack).close_year
    try:
        with progress("Counting again", 1) as step:
            trial = function.close(year, is_dry_run=True)
            step(1, 1)
        if trial.reasons:
            number = len(trial.reasons)
            err.print(f"The year {year} can't be closed yet. Reasons: {number}", style="red")
            for reason in trial.reasons:
                err.print(f"  - {reason}", markup=False)
            again = typed(f"close {year}", stack)
            err.print(
                f"Nothing was changed. Deal with each reason, then run: {again}", markup=False
            )
            return Exit.NOT_IN_ORDER
        if not is_dry_run:
            with progress("Closing the year", 1) as step:
                function.close(year)
                step(1, 1)
    except FunctionFailedError as error:
        raise CommandError(
            f"close_year failed: {error}",
            "See its log for more. It is safe to close again.",
            code=Exit.AWS_FAILED,
        ) from error
    verb = "would be" if is_dry_run else "is"
    letters = counted(trial.letters, "letter", "letters")
    if trial.was_closed:
        out.print(f"The year {year} was closed before; its figures stay as they are.", markup=False)
        planned = "would be planned" if is_dry_run else "are planned now"
        out.print(f"Letters that were missing and {planned}: {trial.letters}.", markup=False)
    else:
        out.print(f"The year {year} {verb} closed, with {letters} planned.", markup=False)
    show_end(f"{typed(f'status {year}', stack)} says what to do.", is_dry_run=is_dry_run)
    return Exit.DONE
