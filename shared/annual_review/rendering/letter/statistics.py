"""The statistics of one authority as a letter prints them."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.statistics import (
    PopulationRate,
    PrintedPercentage,
    Statistic,
    StatisticName,
    printed_percentage_of,
)
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.editions.edition_schema import Layout
from annual_review.rendering.letter.document import Chart, LineKind, StatisticBlock, StatisticLine
from annual_review.rendering.letter.statistic_words import Noun, StatisticWords, words_of
from annual_review.rendering.text.wording import (
    GROUPS,
    counted,
    one_decimal,
    sentence_case,
    written_date,
)
from annual_review.services.letters.rendering import UnprintableLetterError


@dataclass(frozen=True, slots=True)
class StatisticPrinter:
    """Puts the statistics of one authority into the words of an edition.

    A percentage and what stands beside it are printed only where there are cases to base it on
    (rule 5); otherwise one sentence says that there were none.
    """

    edition: Edition
    figures: AuthorityFigures

    def block(self, name: StatisticName) -> StatisticBlock:
        """Put one statistic into words.

        Raises:
            UnprintableLetterError: The figures were frozen before the statistic was known.
        """
        own = self.figures.statistics.get(name)
        if own is None:
            raise UnprintableLetterError(
                f"the figures of {self.edition.year} were frozen without the {name.words}:"
                " leave it out of edition.toml"
            )
        words = words_of(name, self.edition.wording)
        share = own.printed(self.edition.rounding)
        if share is None:
            ending = "." if self._is_new else ""
            absence = StatisticLine(LineKind.ABSENCE, f"{words.absence}{ending}")
            return StatisticBlock(words.title, (absence,), chart=None)
        similar = printed_percentage_of(
            self.figures.comparisons.statistics.get(name), self.edition.rounding
        )
        lines = (
            (LineKind.STATEMENT, sentence_case(words.statement.format(share=share))),
            (LineKind.COMPARISON, self._comparison(similar)),
            (LineKind.COUNT, _counted(words.count, own.numerator)),
            (LineKind.RATE, self._rate(name)),
            (LineKind.BASE, self._base(words.base.counted(own.denominator))),
            (LineKind.CAUTION, self._caution(own)),
            self._note(words, own),
        )
        beside = "" if similar is None else f"; {self._similar}: {similar}"
        return StatisticBlock(
            words.title,
            tuple(StatisticLine(kind, text) for kind, text in lines if text is not None),
            Chart(
                share,
                similar,
                f"{words.description.format(share=share)}{beside}.",
                marks_comparison=self._is_new,
            ),
        )

    @property
    def _is_new(self) -> bool:
        return self.edition.layout is Layout.OF_2026

    @property
    def _similar(self) -> str:
        if not self._is_new:
            return "similar authorities"
        return f"all {GROUPS[self.figures.authority.type]} together"

    def _comparison(self, similar: PrintedPercentage | None) -> str | None:
        if similar is None:
            return None
        if self._is_new:
            return f"{sentence_case(self._similar)}: {similar}"
        return f"This compares to an average of {similar} in similar authorities."

    def _base(self, counted_cases: str) -> str:
        if self._is_new:
            return f"Based on a total of {counted_cases}"
        year = self.edition.reporting_year
        # "between … to …" is how the ombudsman's letter puts it.
        return (
            f"Statistics are based on a total of {counted_cases} for the period between "
            f"{written_date(year.first_day)} to {written_date(year.last_day)}"
        )

    def _note(self, words: StatisticWords, own: Statistic) -> tuple[LineKind, str | None]:
        """Return the advice where it applies; the letters of 2020 gave it to everybody."""
        if not self._is_new:
            return LineKind.NOTE, words.note
        return LineKind.ADVICE, words.note if own.numerator < own.denominator else None

    def _rate(self, name: StatisticName) -> str | None:
        own = self.figures.upheld_per_100_000
        is_wanted = name is StatisticName.UPHOLD_RATE and self.edition.printed.upheld_per_100_000
        if own is None or not is_wanted:
            return None
        similar = self.figures.comparisons.upheld_per_100_000
        rates = rates_per_100_000(own) if similar is None else rates_per_100_000(own, similar)
        group = self._similar.removesuffix(" together")
        beside = "" if similar is None else f" ({group}: {rates[1]})"
        noun = "upheld decision" if rates[0] == "1" else "upheld decisions"
        return f"{sentence_case(rates[0])} {noun} per 100,000 residents{beside}"

    def _caution(self, own: Statistic) -> str | None:
        if not own.has_few_cases or not self.edition.printed.small_numbers:
            return None
        cases = counted(own.denominator, "case", "cases")
        other = "one more" if own.denominator == 1 else "one more or less"
        return f"With {cases}, {other} could change this percentage greatly."


def _counted(noun: Noun | None, number: int) -> str | None:
    return None if noun is None else noun.counted(number)


def rates_per_100_000(*rates: PopulationRate) -> tuple[str, ...]:
    """Return rates that stand beside each other, all with one decimal or, if whole, all without.

    None is printed as nothing where there was a case: one of 8 million is `fewer than 0.1`.
    """
    with_decimal = any(rate.tenths_per_100_000 % 10 or _is_tiny(rate) for rate in rates)
    return tuple(
        "fewer than 0.1"
        if _is_tiny(rate)
        else one_decimal(rate.tenths_per_100_000, trailing_zero=with_decimal)
        for rate in rates
    )


def _is_tiny(rate: PopulationRate) -> bool:
    return rate.cases > 0 and rate.tenths_per_100_000 == 0
