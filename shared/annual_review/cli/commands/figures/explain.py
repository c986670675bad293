"""`annual-review explain`: what a number is made of, for people and for machines."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from annual_review.adapters.waiting import patience
from annual_review.cli.forms import AsCsv, AsJson, Form, form_of, write_csv, write_json
from annual_review.cli.options import StackName, YearArgument
from annual_review.console import CommandError, out, show_list
from annual_review.domain.authorities import AuthorityType
from annual_review.domain.reporting_year import Revision
from annual_review.domain.tallies import TallyKey
from annual_review.views.explanation import ExplanationView, view_of_comparison, view_of_number


def explain(
    year: YearArgument,
    whose: Annotated[
        str,
        typer.Argument(
            metavar="AUTHORITY|TYPE",
            help="A code or a part of a name: E07000075, rochford; district for a comparison.",
        ),
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
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    stack: StackName = "annual-review",
) -> None:
    """List what a number is made of: the cases behind it, or the authorities of a comparison.

    From the figures frozen last, with --revision from earlier ones, or with --live from today's;
    and what has changed since the freeze.

    Exit status: 0, or 2 when it can't be explained.
    """
    from annual_review.wiring.system import deployed

    form = form_of(is_json=as_json, is_csv=as_csv)
    is_comparison = whose.lower() in set(AuthorityType)
    if live and revision:
        raise CommandError("a revision has no live figures: leave out --live or --revision")
    if is_comparison and revision:
        raise CommandError("a comparison stays that of the first revision: leave out --revision")
    system = deployed(stack)
    if is_comparison:
        type_ = AuthorityType(whose.lower())
        view = view_of_comparison(
            system.explain_comparisons().explain(year, type_, number, is_live=live)
        )
    else:
        view = view_of_number(
            system.explain_figures().explain(
                TallyKey(
                    system.authority(year, whose),
                    year,
                ),
                number,
                patience(lambda: math.inf),
                is_live=live,
                revision=None if revision is None else Revision(revision),
            )
        )
    _print(view, form)


def _print(view: ExplanationView, form: Form) -> None:
    match form:
        case Form.JSON:
            write_json({**view.facts, view.rows_are: view.rows, "since_freeze": view.differences})
        case Form.CSV:
            write_csv(view.columns, view.rows)
        case Form.TABLE:
            out.print(view.heading, style="bold", markup=False)
            show_list(view.table)
            out.print(f"\n{view.since_freeze}", style="bold" if view.differences else "")
            if view.differences:
                show_list(view.difference_table)
