"""The figures of a year as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from annual_review.domain.figures import AuthorityFigures, YearFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.domain.tallies import MEASURES
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_figures import COLUMNS, figures_row
from annual_review.views.table import Row, Table

LIVE_COLUMNS: Final = (*COLUMNS, "decisions", "year", "frozen", "counted_at")
"""Those of figures.csv, then what tells these figures from frozen ones."""


def live_row(each: AuthorityFigures, year: ReportingYear, at: datetime) -> Row:
    """Return what stands under `LIVE_COLUMNS` for one authority, as it was counted at a moment."""
    own = (each.tally.decisions, year.ends, "no", at.isoformat(timespec="seconds"))
    return dict(zip(LIVE_COLUMNS, (*figures_row(each), *own), strict=True))


def about_live(year: ReportingYear, close: Close | None) -> str:
    """Say what live figures are not."""
    if close is None:
        return f"The year {year} is not closed: these figures can still change."
    return f"The letters print the frozen figures (revision {close.revision}), which may differ."


def figures_of_all(title: str, figures: YearFigures) -> Table:
    """Return the statistics of every authority."""
    return Table(
        title,
        ("authority", "", "decisions", *(name.words for name in StatisticName)),
        [
            (
                each.authority.code,
                each.authority.name,
                each.tally.decisions,
                *(in_words(each.statistics.get(name)) for name in StatisticName),
            )
            for each in figures.authorities
        ],
    )


def national_sums(figures: YearFigures) -> Sequence[tuple[str, int]]:
    """Return the sums over all authorities."""
    return (
        ("Authorities", len(figures.authorities)),
        ("Decisions", figures.national.decisions),
        ("Upheld", figures.national.upheld),
    )


def figures_of_one(title: str, of: AuthorityFigures) -> Table:
    """Return the statistics of an authority beside those of its type."""
    own, beside = of.statistics, of.comparisons.statistics
    return Table(
        title,
        ("", "own", f"all {of.authority.type.value} authorities together"),
        [
            (name.words, in_words(own.get(name)), in_words(beside.get(name)))
            for name in StatisticName
        ],
    )


def counts_of_one(of: AuthorityFigures) -> Sequence[tuple[str, int]]:
    """Return what was counted of an authority; what was not is left out."""
    counted = [(measure, of.tally[measure]) for measure in MEASURES if of.tally[measure]]
    return [("Decisions", of.tally.decisions), *counted]


def in_words(statistic: Statistic | None) -> str:
    """Return a statistic with its counts: "45% (9 of 20)"."""
    if statistic is None or (printed := statistic.printed()) is None:
        return "none"
    return f"{printed} ({statistic.numerator:,} of {statistic.denominator:,})"
