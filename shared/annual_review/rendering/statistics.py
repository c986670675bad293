"""The three statistics in words: the ombudsman's fixed sentences, which editions don't change."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic
from annual_review.rendering.document import Chart, LineKind, StatisticBlock, StatisticLine
from annual_review.rendering.edition import StatisticName, Wording
from annual_review.rendering.wording import counted, written_date

NO_INVESTIGATION = "No detailed investigation was completed in this period"
NO_RECOMMENDATION = "No recommendations were due for compliance in this period"
NOTHING_UPHELD = "No complaint was upheld in this period"
FAILURE_IS_RARE = (
    "Failure to comply with our recommendations is rare. An authority with a compliance rate below "
    "100% should scrutinise those complaints where it failed to comply and identify any learning."
)


def statistic_block(
    name: StatisticName, figures: AuthorityFigures, year: ReportingYear, wording: Wording
) -> StatisticBlock:
    """Put one statistic of an authority into words.

    A percentage and what stands beside it are printed only where there are cases to base it on
    (rule 5); otherwise one sentence says that there were none.
    """
    match name:
        case StatisticName.UPHOLD_RATE:
            return _uphold_rate(figures, year)
        case StatisticName.COMPLIANCE_RATE:
            return _compliance_rate(figures, year)
        case StatisticName.SATISFACTORY_REMEDY_RATE:
            return _satisfactory_remedy_rate(figures, year, wording)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one statistic, as far as it has them."""

    title: str
    statement: str
    description: str
    count: str | None = None
    base: str
    note: str | None = None
    absence: str


def _uphold_rate(figures: AuthorityFigures, year: ReportingYear) -> StatisticBlock:
    own = figures.statistics.uphold_rate
    share = f"{own.percentage}% of complaints we investigated were upheld"
    words = _Words(
        title="Complaints upheld",
        statement=f"{share}.",
        description=share,
        count=counted(own.numerator, "upheld decision", "upheld decisions"),
        base=_base(
            counted(own.denominator, "detailed investigation", "detailed investigations"), year
        ),
        absence=NO_INVESTIGATION,
    )
    return _block(words, own, figures.comparisons.uphold_rate)


def _compliance_rate(figures: AuthorityFigures, year: ReportingYear) -> StatisticBlock:
    own = figures.statistics.compliance_rate
    words = _Words(
        title="Compliance with Ombudsman recommendations",
        statement=(
            f"In {own.percentage}% of cases we were satisfied the authority had successfully "
            "implemented our recommendations."
        ),
        description=f"in {own.percentage}% of cases the authority implemented our recommendations",
        base=_base(counted(own.denominator, "compliance outcome", "compliance outcomes"), year),
        note=FAILURE_IS_RARE,
        absence=NO_RECOMMENDATION,
    )
    return _block(words, own, figures.comparisons.compliance_rate)


def _satisfactory_remedy_rate(
    figures: AuthorityFigures, year: ReportingYear, wording: Wording
) -> StatisticBlock:
    own = figures.statistics.satisfactory_remedy_rate
    words = _Words(
        title="Satisfactory remedies provided by the authority",
        statement=(
            f"In {own.percentage}% of upheld cases we found the authority had provided a "
            "satisfactory remedy before the complaint reached the Ombudsman."
        ),
        description=(
            f"in {own.percentage}% of upheld cases the authority had provided a satisfactory remedy"
        ),
        count=counted(
            own.numerator, "satisfactory remedy decision", "satisfactory remedy decisions"
        ),
        base=_base(wording.remedies_base.counted(own.denominator), year),
        absence=NOTHING_UPHELD,
    )
    return _block(words, own, figures.comparisons.satisfactory_remedy_rate)


def _base(counted_cases: str, year: ReportingYear) -> str:
    # "between … to …" is how the ombudsman's letter puts it.
    return (
        f"Statistics are based on a total of {counted_cases} for the period between "
        f"{written_date(year.first_day)} to {written_date(year.last_day)}"
    )


def _block(words: _Words, own: Statistic, comparison: Statistic | None) -> StatisticBlock:
    if own.percentage is None:
        absence = StatisticLine(LineKind.ABSENCE, words.absence)
        return StatisticBlock(words.title, (absence,), chart=None)
    average = None if comparison is None else comparison.percentage
    compared = f"This compares to an average of {average}% in similar authorities."
    lines = (
        (LineKind.STATEMENT, words.statement),
        (LineKind.COMPARISON, None if average is None else compared),
        (LineKind.COUNT, words.count),
        (LineKind.BASE, words.base),
        (LineKind.NOTE, words.note),
    )
    beside = "" if average is None else f"; similar authorities: {average}%"
    return StatisticBlock(
        words.title,
        tuple(StatisticLine(kind, text) for kind, text in lines if text is not None),
        Chart(own.percentage, average, f"{words.description}{beside}."),
    )
