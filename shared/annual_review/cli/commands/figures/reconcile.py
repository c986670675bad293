"""`annual-review reconcile`: every tally of a year counted again, and repaired if asked to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.adapters.waiting import patience
from annual_review.cli.deployed import deployed
from annual_review.console import CommandError, Exit, out, progress, show_list, warn
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.figures.reconcile_year import Count, ReconcileYear
from annual_review.services.figures.repair_year import Repair, RepairYear

_LONDON = ZoneInfo("Europe/London")
_PATIENCE = patience(lambda: math.inf)


def reconcile_year(
    stack: str, year: ReportingYear, by: str, reason: str, *, is_repair: bool, is_dry_run: bool
) -> Exit:
    """Print every difference of a year, and repair it if asked to.

    Raises:
        CommandError: The stack can't be found, or a repair lacks its name or its reason.
        PortError: Something could not be read or written; running it again goes on from there.
    """
    if is_repair and not (by.strip() and reason.strip()):
        raise CommandError("say who makes the repair and why: give --by and --reason")
    table = deployed(stack).table
    store = DynamoDBRepairStore(table)
    service = ReconcileYear(store)
    register = DynamoDBDirectory(table).register().every_code
    with progress("Counting again") as step:
        wrong, cases = [], 0
        for count in service.counts(year, register, _PATIENCE, step):
            cases += len(count.cases)
            if not count.is_in_order:
                wrong.append(count)
    out.print(f"{cases:,} cases of {year} counted again.", markup=False)
    _show(wrong)
    if is_repair and is_dry_run and wrong:
        out.print("Nothing was changed: this was a dry run.")
    elif is_repair and (differing := [each.key for each in wrong if not each.agrees]):
        with progress("Repairing", 1) as step:
            at = datetime.now(_LONDON)
            report = RepairYear(store).repair(differing, by, reason, at, _PATIENCE)
            step(1, 1)
        _show_repairs(report.repairs)
        if report.left:
            warn("decisions kept arriving: run it again, or pause recording first")
        counted_again = (
            service.count(each.key, _PATIENCE, is_registered=each.is_registered) for each in wrong
        )
        wrong = [count for count in counted_again if not count.is_in_order]
        _show(wrong)
    return Exit.NOT_IN_ORDER if wrong else Exit.DONE


def _show(wrong: Sequence[Count]) -> None:
    """Print every difference, and who is missing from the register."""
    if not wrong:
        out.print("Every tally agrees with its cases.")
        return
    differences = [each for count in wrong for each in count.differences]
    if differences:
        show_list(
            "Differences",
            ("authority", "measure", "stored", "counted"),
            [(each.authority, each.measure, each.stored, each.counted) for each in differences],
        )
    for count in wrong:
        if count.is_left_out:
            out.print(
                f"{count.key.authority} is not in the register, and cases of {count.key.year} count"
                f" for it ({len(count.cases)}): no figures would hold them. Load the register with"
                " it.",
                markup=False,
            )


def _show_repairs(repairs: Iterable[Repair]) -> None:
    rows = [
        (each.key.authority, each.number, measure, each.before[measure], each.after[measure])
        for each in repairs
        for measure in sorted(each.change)
    ]
    show_list("Repaired", ("authority", "repair", "measure", "before", "after"), rows)
