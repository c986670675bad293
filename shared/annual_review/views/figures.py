"""The figures of a year as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from annual_review.domain.figures import AuthorityFigures, YearFigures
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.domain.tallies import MEASURES
from annual_review.views.table import Table


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
