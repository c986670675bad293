"""Today's figures of a year: what its tallies give at this moment. Nothing is frozen by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import YearFigures, figures_of_year, keys_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, TallyKey
from annual_review.services.figures.year_cases import YearCases


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """The figures of a moment. `versions` are those of the tallies behind each authority's.

    Equal versions of an authority stand for the same cases.
    """

    figures: YearFigures
    versions: Mapping[AuthorityCode, tuple[int, ...]]


def live_figures(cases: YearCases, year: ReportingYear, register: Register) -> YearFigures:
    """Return the figures of every authority as they stand now."""
    return live_with_versions(cases, year, register).figures


def live_with_versions(cases: YearCases, year: ReportingYear, register: Register) -> LiveFigures:
    """Return the same, with what tells them from those of another moment."""
    tallies = cases.tallies([TallyKey(code, year) for code in register.every_code])
    figures = figures_of_year(year, register, tallies)
    versions = {
        each.authority.code: tuple(
            tallies.get(key, NOTHING_COUNTED).version for key in keys_of(each.authority, year)
        )
        for each in figures.authorities
    }
    return LiveFigures(figures, versions)
