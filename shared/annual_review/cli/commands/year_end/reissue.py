"""`annual-review reissue`: what it is asked with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from annual_review.cli.options import By, DryRun, StackName, YearArgument, authority_code


def _day(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a day, not a moment)
    except ValueError as error:
        raise typer.BadParameter("a day is written 2020-09-01") from error


def reissue(
    year: YearArgument,
    authority: Annotated[
        str, typer.Argument(metavar="CODE", help="Whose letter: E07000075. Only this one changes.")
    ],
    reason: Annotated[
        str, typer.Option(help="Why, in a sentence: the letter prints it as it stands.")
    ] = "",
    by: By = "",
    dated: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="YYYY-MM-DD",
            help="The day of the new letter; today, or the issue date if that is to come.",
        ),
    ] = None,
    same_figures: Annotated[
        bool,
        typer.Option("--same-figures", help="Re-issue it though no figure of it has changed."),
    ] = False,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Re-issue the letter of one authority: freeze its figures of today as a new revision.

    Shows old and new figures first. Everything that was frozen or sent before stays as it is; the
    comparisons stay those that all other letters print. Of the authority's letters, one that was
    not sent yet is held. The new letter is then read, approved and released as any other.

    Exit status: 0, or 2 when it can't be re-issued.
    """
    from annual_review.cli.commands.year_end.reissuing import reissue_letter
    from annual_review.services.year_end.propose_reissue import Order

    order = Order(year, authority_code(authority), reason, dated, same_figures=same_figures)
    raise typer.Exit(reissue_letter(stack, order, by, is_dry_run=dry_run))
