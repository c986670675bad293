"""The three statistics in words: the ombudsman's fixed sentences, which editions don't change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import PopulationRate, Statistic
from annual_review.rendering.editions.edition_schema import Printed, StatisticName, Wording
from annual_review.rendering.letter.document import Chart, LineKind, StatisticBlock, StatisticLine
from annual_review.rendering.text.wording import counted, one_decimal, written_date

NO_INVESTIGATION = "No detailed investigation was completed in this period"
NO_RECOMMENDATION = "No recommendations were due for compliance in this period"
NOTHING_UPHELD = "No complaint was upheld in this period"
FAILURE_IS_RARE = (
    "Failure to comply with our recommendations is rare. An authority with a compliance rate below "
    "100% should scrutinise those complaints where it failed to comply and identify any learning."
)
FEWEST_CASES: Final = 5
"""A percentage on fewer cases than these says almost nothing, and is printed with a caution."""


@dataclass(frozen=True, slots=True)
class StatisticPrinter:
    """Puts the statistics of one authority into the words of an edition.

    A percentage and what stands beside it are printed only where there are cases to base it on
    (rule 5); otherwise one sentence says that there were none.
    """

    figures: AuthorityFigures
    year: ReportingYear
    wording: Wording
    printed: Printed

    def block(self, name: StatisticName) -> StatisticBlock:
        """Put one statistic into words."""
        match name:
            case StatisticName.UPHOLD_RATE:
                return self._uphold_rate()
            case StatisticName.COMPLIANCE_RATE:
                return self._compliance_rate()
            case StatisticName.SATISFACTORY_REMEDY_RATE:
                return self._satisfactory_remedy_rate()

    def _uphold_rate(self) -> StatisticBlock:
        own = self.figures.statistics.uphold_rate
        share = f"{own.percentage}% of complaints we investigated were upheld"
        words = _Words(
            title="Complaints upheld",
            statement=f"{share}.",
            description=share,
            count=counted(own.numerator, "upheld decision", "upheld decisions"),
            rate=self._rate(),
            base=self._base(
                counted(own.denominator, "detailed investigation", "detailed investigations")
            ),
            absence=NO_INVESTIGATION,
        )
        return self._block(words, own, self.figures.comparisons.uphold_rate)

    def _compliance_rate(self) -> StatisticBlock:
        own = self.figures.statistics.compliance_rate
        words = _Words(
            title="Compliance with Ombudsman recommendations",
            statement=(
                f"In {own.percentage}% of cases we were satisfied the authority had successfully "
                "implemented our recommendations."
            ),
            description=(
                f"in {own.percentage}% of cases the authority implemented our recommendations"
            ),
            base=self._base(counted(own.denominator, "compliance outcome", "compliance outcomes")),
            note=FAILURE_IS_RARE,
            absence=NO_RECOMMENDATION,
        )
        return self._block(words, own, self.figures.comparisons.compliance_rate)

    def _satisfactory_remedy_rate(self) -> StatisticBlock:
        own = self.figures.statistics.satisfactory_remedy_rate
        words = _Words(
            title="Satisfactory remedies provided by the authority",
            statement=(
                f"In {own.percentage}% of upheld cases we found the authority had provided a "
                "satisfactory remedy before the complaint reached the Ombudsman."
            ),
            description=(
                f"in {own.percentage}% of upheld cases the authority had provided a satisfactory "
                "remedy"
            ),
            count=counted(
                own.numerator, "satisfactory remedy decision", "satisfactory remedy decisions"
            ),
            base=self._base(self.wording.remedies_base.counted(own.denominator)),
            absence=NOTHING_UPHELD,
        )
        return self._block(words, own, self.figures.comparisons.satisfactory_remedy_rate)

    def _base(self, counted_cases: str) -> str:
        # "between … to …" is how the ombudsman's letter puts it.
        return (
            f"Statistics are based on a total of {counted_cases} for the period between "
            f"{written_date(self.year.first_day)} to {written_date(self.year.last_day)}"
        )

    def _rate(self) -> str | None:
        own = self.figures.upheld_per_100_000
        if own is None or not self.printed.upheld_per_100_000:
            return None
        similar = self.figures.comparisons.upheld_per_100_000
        beside = "" if similar is None else f" ({per_100_000(similar)} in similar authorities)"
        printed = per_100_000(own)
        noun = "upheld decision" if printed == "1" else "upheld decisions"
        return f"{printed} {noun} per 100,000 residents{beside}"

    def _block(self, words: _Words, own: Statistic, comparison: Statistic | None) -> StatisticBlock:
        if own.percentage is None:
            absence = StatisticLine(LineKind.ABSENCE, words.absence)
            return StatisticBlock(words.title, (absence,), chart=None)
        average = None if comparison is None else comparison.percentage
        compared = f"This compares to an average of {average}% in similar authorities."
        lines = (
            (LineKind.STATEMENT, words.statement),
            (LineKind.COMPARISON, None if average is None else compared),
            (LineKind.COUNT, words.count),
            (LineKind.RATE, words.rate),
            (LineKind.BASE, words.base),
            (LineKind.CAUTION, self._caution(own)),
            (LineKind.NOTE, words.note),
        )
        beside = "" if average is None else f"; similar authorities: {average}%"
        return StatisticBlock(
            words.title,
            tuple(StatisticLine(kind, text) for kind, text in lines if text is not None),
            Chart(own.percentage, average, f"{words.description}{beside}."),
        )

    def _caution(self, own: Statistic) -> str | None:
        if own.denominator >= FEWEST_CASES or not self.printed.small_numbers:
            return None
        cases = counted(own.denominator, "case", "cases")
        other = "one more" if own.denominator == 1 else "one more or less"
        return f"With {cases}, {other} could change this percentage greatly."


def per_100_000(rate: PopulationRate) -> str:
    """Return a rate with one decimal and no trailing zero: `3.9`, `5`."""
    return one_decimal(rate.tenths_per_100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one statistic, as far as it has them."""

    title: str
    statement: str
    description: str
    count: str | None = None
    rate: str | None = None
    base: str
    note: str | None = None
    absence: str
