"""`annual-review explain`: what a number is made of, for people and for machines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from annual_review.adapters.waiting import patience
from annual_review.cli.authorities import authority_in
from annual_review.cli.forms import AsCsv, AsJson, Form, Row, form_of, write_csv, write_json
from annual_review.cli.options import StackName, YearArgument
from annual_review.console import CommandError, out, show_list
from annual_review.domain.authorities import AuthorityType
from annual_review.domain.reporting_year import Revision
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import TallyKey
from annual_review.services.figures.explain_comparisons import (
    ComparisonExplanation,
)
from annual_review.services.figures.explain_figures import (
    ExplainedCase,
    Explanation,
    SinceFreeze,
)


@dataclass(frozen=True, slots=True)
class _Page:
    """An explanation, ready to be printed: a heading, rows, and the differences since the freeze.

    `facts` is what machines read beside the rows, which they find under `rows_are`.
    """

    heading: str
    facts: Row
    rows_are: str
    columns: Sequence[str]
    rows: Sequence[Row]
    differences: Sequence[Row]


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
    from annual_review.cli.wiring.system import deployed

    form = form_of(is_json=as_json, is_csv=as_csv)
    is_comparison = whose.lower() in set(AuthorityType)
    if live and revision:
        raise CommandError("a revision has no live figures: leave out --live or --revision")
    if is_comparison and revision:
        raise CommandError("a comparison stays that of the first revision: leave out --revision")
    system = deployed(stack)
    if is_comparison:
        type_ = AuthorityType(whose.lower())
        page = _comparison_page(
            system.explain_comparisons().explain(year, type_, number, is_live=live)
        )
    else:
        page = _number_page(
            system.explain_figures().explain(
                TallyKey(
                    authority_in(whose, system.directory.register, system.codes_of_letters(year)),
                    year,
                ),
                number,
                patience(lambda: math.inf),
                is_live=live,
                revision=None if revision is None else Revision(revision),
            )
        )
    _print(page, form)


def _number_page(explained: Explanation) -> _Page:
    code, year = explained.tally.authority, explained.tally.year
    whose = f"{code} {explained.name}"
    source = _source(explained.revision, is_live=explained.is_live)
    return _Page(
        heading=f"{explained.number} of {whose} in {year}, {source}: {explained.value}",
        facts={
            "year": year.ends,
            "authority": code,
            "name": explained.name,
            "number": explained.number,
            "revision": explained.revision,
            "live": explained.is_live,
            "value": explained.value,
        },
        rows_are="cases",
        columns=("reference", "part", "version", "counted_on", "measures", "since_freeze"),
        rows=[_case_row(each) for each in explained.cases],
        differences=[_case_row(each) for each in explained.differences],
    )


def _case_row(each: ExplainedCase) -> Row:
    unchanged = each.since is SinceFreeze.UNCHANGED
    return {
        "reference": each.case.reference,
        "part": each.case.part.value,
        "version": each.case.version,
        "counted_on": each.case.counted_on.isoformat(),
        "measures": ", ".join(each.case.measures),
        "since_freeze": "" if unchanged else f"{each.since.value}: {each.why}",
    }


def _comparison_page(explained: ComparisonExplanation) -> _Page:
    source = _source(explained.revision, is_live=explained.is_live)
    whole = explained.statistic
    printed = whole.printed() or "no comparison"
    return _Page(
        heading=f"{explained.rate} of {explained.type.value} authorities in {explained.year},"
        f" {source}: {_fraction(whole)} = {printed}",
        facts={
            "year": explained.year.ends,
            "type": explained.type.value,
            "rate": explained.rate,
            "revision": explained.revision,
            "live": explained.is_live,
            "numerator": whole.numerator,
            "denominator": whole.denominator,
            "percentage": whole.percentage,
        },
        rows_are="authorities",
        columns=("code", "authority", "numerator", "denominator"),
        rows=[
            {
                "code": each.code,
                "authority": each.name,
                "numerator": each.statistic.numerator,
                "denominator": each.statistic.denominator,
            }
            for each in explained.pool
        ],
        differences=[
            {
                "code": each.code,
                "authority": each.name,
                "frozen": _fraction(each.frozen),
                "today": _fraction(each.today),
            }
            for each in explained.differences
        ],
    )


def _source(revision: Revision | None, *, is_live: bool) -> str:
    return "today" if is_live or revision is None else f"as frozen in revision {revision}"


def _fraction(statistic: Statistic | None) -> str:
    return f"{statistic.numerator} of {statistic.denominator}" if statistic else "not in the pool"


def _print(page: _Page, form: Form) -> None:
    match form:
        case Form.JSON:
            write_json({**page.facts, page.rows_are: page.rows, "since_freeze": page.differences})
        case Form.CSV:
            write_csv(page.columns, page.rows)
        case Form.TABLE:
            out.print(page.heading, style="bold", markup=False)
            _show(page.columns, page.rows)
            if page.facts["revision"] is None:
                out.print("\nThe year is not closed yet.")
            elif page.differences:
                out.print(f"\nSince the freeze ({len(page.differences)}):", style="bold")
                _show(tuple(page.differences[0]), page.differences)
            else:
                out.print("\nNothing has changed since the freeze.")


def _show(columns: Sequence[str], rows: Sequence[Row]) -> None:
    show_list("", columns, [[row[column] for column in columns] for row in rows])
