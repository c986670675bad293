"""`annual-review reconcile`: every tally of a year counted again, and repaired if asked to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from annual_review.adapters.waiting import patience
from annual_review.cli.options import DryRun, StackName, YearArgument
from annual_review.cli.unfitting import show_unfitting
from annual_review.console import CommandError, Exit, out, progress, show_list, warn
from annual_review.domain.authorities import Register
from annual_review.services.figures.reconcile_year import Count
from annual_review.services.wording import LONDON
from annual_review.views.cases import differences_of, left_out_of, repairs_of


def reconcile(
    year: YearArgument,
    repair: Annotated[
        bool, typer.Option("--repair", help="Bring every tally that differs to its cases.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who repairs; kept in the record of the repair.")] = "",
    reason: Annotated[str, typer.Option(help="Why; kept in the record of the repair.")] = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Count every tally of a year again from its cases, and print every difference.

    A mismatch is read again before it is believed: decisions may keep arriving. With --repair,
    which asks for --by and --reason, tallies that differ are repaired, and a record is kept.
    Compliance outcomes without a decision to go with are listed; they change no tally.

    Exit status: 0, or 1 when a difference is left, 2 for wrong usage.
    """
    from annual_review.wiring.system import deployed

    waiting = patience(lambda: math.inf)
    if repair and not (by.strip() and reason.strip()):
        raise CommandError("say who makes the repair and why: give --by and --reason")
    system = deployed(stack)
    service = system.reconcile_year()
    register = system.directory.register()
    with progress("Counting again") as step:
        wrong, cases, unfitting = [], 0, system.unfitting_cases(register)
        for count in service.counts(year, register.every_code, waiting, step):
            cases += len(count.cases)
            unfitting.note(count)
            if not count.is_in_order:
                wrong.append(count)
    out.print(f"{cases:,} cases of {year} counted again.", markup=False)
    _show(wrong, register)
    show_unfitting(unfitting.told(), register, stack)
    if repair and dry_run and wrong:
        out.print("Nothing was changed: this was a dry run.")
    elif repair and (differing := [each.key for each in wrong if not each.agrees]):
        with progress("Repairing", 1) as step:
            at = datetime.now(LONDON)
            report = system.repair_year().repair(differing, by, reason, at, waiting)
            step(1, 1)
        show_list(repairs_of(report.repairs, register))
        if report.left:
            warn("decisions kept arriving: run it again, or pause recording first")
        counted_again = (
            service.count(each.key, waiting, is_registered=each.is_registered) for each in wrong
        )
        wrong = [count for count in counted_again if not count.is_in_order]
        _show(wrong, register)
    raise typer.Exit(Exit.NOT_IN_ORDER if wrong else Exit.DONE)


def _show(wrong: Sequence[Count], register: Register) -> None:
    if not wrong:
        out.print("Every tally agrees with its cases.")
        return
    differences = differences_of(wrong, register)
    if differences.rows:
        show_list(differences)
    for line in left_out_of(wrong):
        out.print(line, markup=False)
