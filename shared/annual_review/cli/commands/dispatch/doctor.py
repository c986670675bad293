"""`annual-review doctor`: whether all is ready for a year's letters, before any is released."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import typer

from annual_review.cli.options import StackName, parse_year
from annual_review.console import Exit, out
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.readiness.check import Check, Outcome, is_ready, sum_of
from annual_review.services.wording import LONDON
from annual_review.wiring.advice import typed

_MARKS: Final = {Outcome.READY: "ok", Outcome.NOT_READY: "NOT READY", Outcome.UNKNOWN: "unknown"}
_STYLES: Final = {Outcome.READY: "green", Outcome.NOT_READY: "red", Outcome.UNKNOWN: "yellow"}
_COLUMN: Final = max(map(len, _MARKS.values()))


def doctor(
    year: Annotated[
        ReportingYear | None,
        typer.Option(
            parser=parse_year,
            metavar="YEAR",
            help="Whose letters. Default: the year that ended last.",
        ),
    ] = None,
    stack: StackName = "annual-review",
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Check whether all is ready for a year's letters: the SES account, the deployment, the year.

    What is not ready is told with its remedy. What can't be checked is told with the permission
    that is missing. Nothing is changed and nothing is sent.

    Exit status: 0, or 1 when something is not ready, 2 for wrong usage.
    """
    from annual_review.wiring.system import deployed

    at = datetime.now(LONDON)
    year = year or ReportingYear(ReportingYear.of(at.date()).ends - 1)
    found = deployed(stack).doctor(at).examine(year)
    if as_json:
        _write(year, found, stack)
    else:
        _show(year, found, stack)
    raise typer.Exit(Exit.DONE if is_ready(found) else Exit.NOT_IN_ORDER)


def show_check(check: Check, stack: str) -> None:
    """Print one check: its mark, its name, what was found, and below it what to do."""
    mark = _MARKS[check.outcome].ljust(_COLUMN)
    out.print(mark, style=_STYLES[check.outcome], end="  ")
    out.print(f"{check.name}: {check.says}", markup=False)
    if remedy := remedy_of(check, stack):
        out.print(f"{' ' * _COLUMN}  → {remedy}", markup=False)


def remedy_of(check: Check, stack: str) -> str:
    """Return what to do, with the command that goes with it."""
    return ": ".join(each for each in (check.remedy, typed(check.command, stack)) if each)


def _show(year: ReportingYear, found: Sequence[Check], stack: str) -> None:
    out.print(f"Is everything ready for the letters of {year}?\n", style="bold")
    for each in found:
        show_check(each, stack)
    out.print(f"\n{sum_of(found)}")


def _write(year: ReportingYear, found: Sequence[Check], stack: str) -> None:
    record = {
        "year": year.ends,
        "ready": is_ready(found),
        "checks": [
            {
                "check": each.name,
                "outcome": each.outcome.value,
                "says": each.says,
                "remedy": remedy_of(each, stack) or None,
                "release": each.on_release.value if each.outcome is Outcome.NOT_READY else None,
            }
            for each in found
        ],
    }
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
