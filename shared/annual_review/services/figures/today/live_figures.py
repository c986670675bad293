"""Today's figures of a year: what its tallies give at this moment. Nothing is frozen by it."""

from __future__ import annotations

from annual_review.domain.authorities import Register
from annual_review.domain.figures import YearFigures, figures_of_year
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.figures.year_cases import YearCases


def live_figures(cases: YearCases, year: ReportingYear, register: Register) -> YearFigures:
    """Return the figures of every authority as they stand now."""
    tallies = cases.tallies([TallyKey(code, year) for code in register.every_code])
    return figures_of_year(year, register, tallies)
