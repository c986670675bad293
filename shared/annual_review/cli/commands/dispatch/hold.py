"""`annual-review hold` and `annual-review unhold`: letters held back, and no longer held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.cli.acts import act_of, exit_of, reason_of, show_done, show_end
from annual_review.cli.options import By, DryRun, Reason, StackName, YearArgument
from annual_review.console import Exit
from annual_review.domain.reporting_year import ReportingYear
from annual_review.wiring.advice import typed

if TYPE_CHECKING:
    from annual_review.services.letters.letter import LettersDone
    from annual_review.wiring.system import System

_Authorities = Annotated[
    list[str],
    typer.Argument(metavar="AUTHORITY…", help="E07000075, or a part of its name; one or more."),
]


def hold(
    year: YearArgument,
    authorities: _Authorities,
    reason: Reason,
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Hold letters back: they are neither approved nor sent until `unhold`.

    Exit status: 0, or 1 when a letter could not be held, 2 for wrong usage.
    """
    from annual_review.wiring.system import deployed

    act = act_of(by, reason_of(reason))
    system = deployed(stack)
    codes = system.authorities(year, authorities)
    report = system.hold_letters().hold(year, codes, act, is_dry_run=dry_run)
    chosen = " ".join(codes)
    then = f"{typed(f'unhold {year} {chosen}', stack)}, when you are sure that it can go."
    held = "Would be held" if dry_run else "Held"
    raise typer.Exit(_report(system, year, report, held, then, is_dry_run=dry_run))


def unhold(
    year: YearArgument,
    authorities: _Authorities,
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """End the hold of letters: they are prepared again, and have to be approved.

    Exit status: 0, or 1 when a letter was not held, 2 for wrong usage.
    """
    from annual_review.wiring.system import deployed

    act = act_of(by)
    system = deployed(stack)
    codes = system.authorities(year, authorities)
    report = system.hold_letters().unhold(year, codes, act, is_dry_run=dry_run)
    only = " ".join(f"--only {code}" for code in codes)
    then = (
        f"they are being prepared again; read them, then {typed(f'approve {year} {only}', stack)}."
    )
    ended = "Would no longer be held" if dry_run else "No longer held"
    raise typer.Exit(_report(system, year, report, ended, then, is_dry_run=dry_run))


def _report(
    system: System,
    year: ReportingYear,
    report: LettersDone,
    done: str,
    then: str,
    *,
    is_dry_run: bool,
) -> Exit:
    show_done(year, done, report, system.directory.register)
    if report.done:
        show_end(then, is_dry_run=is_dry_run)
    return exit_of(report)
