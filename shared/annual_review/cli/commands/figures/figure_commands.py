"""`annual-review reconcile` and `annual-review explain`: what they are asked with."""

from __future__ import annotations

from typing import Annotated

import typer

from annual_review.cli.options import DryRun, StackName, YearArgument


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

    Exit status: 0, or 1 when a difference is left, 2 for wrong usage.
    """
    from annual_review.cli.commands.figures.reconcile import reconcile_year

    code = reconcile_year(stack, year, by, reason, is_repair=repair, is_dry_run=dry_run)
    raise typer.Exit(code)


def explain(
    year: YearArgument,
    whose: Annotated[
        str, typer.Argument(metavar="CODE|TYPE", help="E07000075; district for a comparison.")
    ],
    number: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER",
            help="upheld, investigations, on_time, housing …; uphold-rate for a comparison.",
        ),
    ],
    live: Annotated[
        bool, typer.Option("--live", help="Explain today's number, not the frozen one.")
    ] = False,
    revision: Annotated[
        int | None,
        typer.Option(
            min=1, help="Explain the number of this revision: of a letter that was replaced."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the list as CSV.")] = False,
    stack: StackName = "annual-review",
) -> None:
    """List what a number is made of: the cases behind it, or the authorities of a comparison.

    From the figures frozen last, with --revision from earlier ones, or with --live from today's;
    and what has changed since the freeze.

    Exit status: 0, or 2 when it can't be explained.
    """
    from annual_review.cli.commands.figures.explain import AsOf, Form, explain_number
    from annual_review.domain.figures import Revision

    form = Form.JSON if as_json else Form.CSV if as_csv else Form.TABLE
    as_of = AsOf(live, None if revision is None else Revision(revision))
    raise typer.Exit(explain_number(stack, year, whose, number, form, as_of))
