"""What a number is made of: a heading, rows, and the differences since the freeze."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annual_review.domain.reporting_year import Revision
from annual_review.domain.statistics import Statistic
from annual_review.services.figures.explain_comparisons import ComparisonExplanation
from annual_review.services.figures.explain_figures import ExplainedCase, Explanation, SinceFreeze
from annual_review.views.table import Row, Table


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """An explanation, ready to be shown.

    `facts` is what machines read beside the rows, which they find under `rows_are`.
    """

    heading: str
    facts: Row
    rows_are: str
    columns: Sequence[str]
    rows: Sequence[Row]
    differences: Sequence[Row]

    @property
    def since_freeze(self) -> str:
        """What is told of the time since the freeze, above the differences if there are any."""
        if self.facts["revision"] is None:
            return "The year is not closed yet."
        if self.differences:
            return f"Since the freeze ({len(self.differences)}):"
        return "Nothing has changed since the freeze."

    @property
    def table(self) -> Table:
        """The rows for people."""
        return Table.of(self.columns, self.rows)

    @property
    def difference_table(self) -> Table:
        """The differences for people; empty where there are none."""
        return Table.of(tuple(self.differences[0]) if self.differences else (), self.differences)


def view_of_number(explained: Explanation) -> ExplanationView:
    """Return the cases that a number of an authority is made of."""
    code, year = explained.tally.authority, explained.tally.year
    whose = f"{code} {explained.name}"
    source = _source(explained.revision, is_live=explained.is_live)
    return ExplanationView(
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


def view_of_comparison(explained: ComparisonExplanation) -> ExplanationView:
    """Return the authorities that a comparison is pooled over."""
    source = _source(explained.revision, is_live=explained.is_live)
    whole = explained.statistic
    printed = whole.printed() or "no comparison"
    return ExplanationView(
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
