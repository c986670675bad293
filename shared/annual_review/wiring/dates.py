"""The days of a year, by its edition."""

from __future__ import annotations

from datetime import date

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError


def issue_date(year: ReportingYear) -> date:
    """Return the day on which the letters of a year go out.

    Raises:
        EditionError: The year has no edition that can be used.
    """
    return load_edition(SHIPPED_EDITIONS, year).letter_date


def day_if_any(year: ReportingYear) -> date | None:
    """Return the issue date of a year; `None` where it has no edition that can be used."""
    try:
        return issue_date(year)
    except EditionError:
        return None


def publication_date(year: ReportingYear) -> date:
    """Return the day on which a year is published.

    Raises:
        EditionError: The year has no edition that can be used.
    """
    return load_edition(SHIPPED_EDITIONS, year).publication_date


def expected_issue_date(year: ReportingYear) -> date:
    """Return the issue date of a year; where it has no edition yet, that of another, moved."""
    return edition_for(SHIPPED_EDITIONS, year).letter_date
