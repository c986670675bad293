"""The statistics of one authority as a letter prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import PopulationRate, Statistic, StatisticName, percentage_of
from annual_review.rendering.editions.edition_schema import Printed, Wording
from annual_review.rendering.letter.document import Chart, LineKind, StatisticBlock, StatisticLine
from annual_review.rendering.letter.statistic_words import Noun, words_of
from annual_review.rendering.text.wording import counted, one_decimal, written_date
from annual_review.services.letters.rendering import UnprintableLetterError

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
        """Put one statistic into words.

        Raises:
            UnprintableLetterError: The figures were frozen before the statistic was known.
        """
        own = self.figures.statistics.get(name)
        if own is None:
            raise UnprintableLetterError(
                f"the figures of {self.year} were frozen without the {name.words}:"
                " leave it out of edition.toml"
            )
        words = words_of(name, self.wording)
        average = percentage_of(self.figures.comparisons.statistics.get(name))
        share = f"{own.percentage}%"
        if own.percentage is None:
            absence = StatisticLine(LineKind.ABSENCE, words.absence)
            return StatisticBlock(words.title, (absence,), chart=None)
        compared = f"This compares to an average of {average}% in similar authorities."
        lines = (
            (LineKind.STATEMENT, words.statement.format(share=share)),
            (LineKind.COMPARISON, None if average is None else compared),
            (LineKind.COUNT, _counted(words.count, own.numerator)),
            (LineKind.RATE, self._rate(name)),
            (LineKind.BASE, self._base(words.base.counted(own.denominator))),
            (LineKind.CAUTION, self._caution(own)),
            (LineKind.NOTE, words.note),
        )
        beside = "" if average is None else f"; similar authorities: {average}%"
        return StatisticBlock(
            words.title,
            tuple(StatisticLine(kind, text) for kind, text in lines if text is not None),
            Chart(own.percentage, average, f"{words.description.format(share=share)}{beside}."),
        )

    def _base(self, counted_cases: str) -> str:
        # "between … to …" is how the ombudsman's letter puts it.
        return (
            f"Statistics are based on a total of {counted_cases} for the period between "
            f"{written_date(self.year.first_day)} to {written_date(self.year.last_day)}"
        )

    def _rate(self, name: StatisticName) -> str | None:
        own = self.figures.upheld_per_100_000
        is_wanted = name is StatisticName.UPHOLD_RATE and self.printed.upheld_per_100_000
        if own is None or not is_wanted:
            return None
        similar = self.figures.comparisons.upheld_per_100_000
        beside = "" if similar is None else f" ({per_100_000(similar)} in similar authorities)"
        printed = per_100_000(own)
        noun = "upheld decision" if printed == "1" else "upheld decisions"
        return f"{printed} {noun} per 100,000 residents{beside}"

    def _caution(self, own: Statistic) -> str | None:
        if own.denominator >= FEWEST_CASES or not self.printed.small_numbers:
            return None
        cases = counted(own.denominator, "case", "cases")
        other = "one more" if own.denominator == 1 else "one more or less"
        return f"With {cases}, {other} could change this percentage greatly."


def _counted(noun: Noun | None, number: int) -> str | None:
    return None if noun is None else noun.counted(number)


def per_100_000(rate: PopulationRate) -> str:
    """Return a rate with one decimal and no trailing zero: `3.9`, `5`."""
    return one_decimal(rate.tenths_per_100_000)
