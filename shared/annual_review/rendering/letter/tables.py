"""What stands beside the statistics: volumes, earlier years, and what a re-issue changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.figures import AuthorityFigures, EarlierYear
from annual_review.domain.statistics import (
    PopulationRate,
    Rounding,
    Statistic,
    StatisticName,
    printed_percentage_of,
    statistics_of,
)
from annual_review.domain.tallies import Measure, Tally
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.letter.document import (
    FigureCell,
    Replacement,
    Table,
    TableRow,
    Trend,
    Volume,
    Volumes,
)
from annual_review.rendering.letter.statistic_words import words_of
from annual_review.rendering.letter.statistics import rates_per_100_000
from annual_review.rendering.text.wording import sentence_case, written_date
from annual_review.services.figures.frozen_authority import Reissue

TREND_NOTE: Final = "Each year is named by the 31 March on which it ended."
"""Printed once, above the first trend."""

MOST_YEARS: Final = 5
"""A trend shows this many years, this one included: more would not fit beside the figures."""

_RATE: Final = "Upheld per 100,000 residents"
_NO_CASES: Final = "no cases"
_NOT_COUNTED: Final = "not counted"
_NOT_FOR_US: Final = (
    DecisionOutcome.INVALID_OR_INCOMPLETE,
    DecisionOutcome.ADVICE_GIVEN,
    DecisionOutcome.REFERRED_BACK,
)


def volumes_of(tally: Tally) -> Volumes:
    """Say what became of all complaints and enquiries of a year."""
    return Volumes("Complaints and enquiries", tuple(_volumes(tally)))


def _volumes(tally: Tally) -> Iterator[Volume]:
    yield Volume(tally.decisions, "dealt with")
    not_for_us = sum(tally[Measure(outcome.value)] for outcome in _NOT_FOR_US)
    yield Volume(not_for_us, "not for us, or not ready for us")
    closed = tally[Measure(DecisionOutcome.CLOSED_AFTER_INITIAL_ENQUIRIES.value)]
    yield Volume(closed, "assessed and closed")
    yield Volume(tally.investigations, "investigated in detail")


def trend_of(
    edition: Edition,
    name: StatisticName,
    figures: AuthorityFigures,
    earlier: tuple[EarlierYear, ...],
) -> Trend:
    """Set a statistic of a year beside those of the latest years frozen before it."""
    this = EarlierYear(edition.reporting_year, figures.tally)
    years = (*earlier[1 - MOST_YEARS :], this)
    of_years = [(each.year, each.statistics.get(name)) for each in years]
    short = _short_name(edition, name)
    cells = [(str(year), _cell(each, edition.rounding)) for year, each in of_years]
    told = ", ".join(f"{year} {cell.figure}" for year, cell in cells)
    return Trend(
        table=Table(
            columns=("Year", short), rows=tuple(TableRow(year, (cell,)) for year, cell in cells)
        ),
        points=tuple(
            None if share is None else share.whole
            for share in (printed_percentage_of(each, edition.rounding) for _, each in of_years)
        ),
        is_joined=tuple(
            before.ends + 1 == after.ends for (before, _), (after, _) in pairwise(of_years)
        ),
        description=f"{short}: {told}.",
    )


def _short_name(edition: Edition, name: StatisticName) -> str:
    return words_of(name, edition.wording).short


def replacement_of(
    edition: Edition, figures: AuthorityFigures, reissue: Reissue, reason: str
) -> Replacement:
    """Say which letter a re-issue replaces and why, and set what changed beside what it was."""
    rows = tuple(_changes(edition, figures, reissue.before))
    return Replacement(
        statement=f"This letter replaces the letter dated {written_date(reissue.replaced_date)}.",
        reason=f"Reason: {reason}",
        introduction="These figures have changed:" if rows else "No printed figure has changed.",
        changes=Table(("Figure", "Before", "Now"), rows) if rows else None,
    )


def _changes(edition: Edition, figures: AuthorityFigures, before: Tally) -> Iterator[TableRow]:
    if edition.printed.volumes:
        for old, new in zip(_volumes(before), _volumes(figures.tally), strict=True):
            if old.number != new.number:
                cells = (FigureCell(f"{old.number:,}"), FigureCell(f"{new.number:,}"))
                yield TableRow(sentence_case(old.what), cells)
    was, now = statistics_of(before), figures.statistics
    for name in edition.statistics:
        old_one, new_one = was.get(name), now.get(name)
        if old_one != new_one:
            cells = (_cell(old_one, edition.rounding), _cell(new_one, edition.rounding))
            yield TableRow(_short_name(edition, name), cells)
    rate = figures.upheld_per_100_000
    if edition.printed.upheld_per_100_000 and rate:
        old_rate = PopulationRate(before.upheld, rate.population)
        if old_rate.tenths_per_100_000 != rate.tenths_per_100_000:
            before_and_now = rates_per_100_000(old_rate, rate)
            yield TableRow(_RATE, tuple(FigureCell(each) for each in before_and_now))


def _cell(statistic: Statistic | None, rounding: Rounding) -> FigureCell:
    if statistic is None:
        return FigureCell(_NOT_COUNTED)
    share = statistic.printed(rounding)
    if share is None:
        return FigureCell(_NO_CASES)
    return FigureCell(str(share), f"{statistic.numerator:,} of {statistic.denominator:,}")
