"""The days of an edition, for functions that print nothing of it.

To load a whole edition takes them longer than all else that they do at their start.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import NamedTuple

from annual_review.domain.reporting_year import ReportingYear


class EditionDates(NamedTuple):
    """The days of one year's letter."""

    letter_date: date
    publication_date: date


def edition_dates(editions: Path, year: ReportingYear) -> EditionDates:
    """Read the days of the edition of a year; that they are in order is all that is checked.

    Raises:
        EditionError: There is none, or it has no such days; says all that is wrong with it.
    """
    try:
        content = tomllib.loads((editions / str(year) / "edition.toml").read_text("utf-8-sig"))
        dates = EditionDates(content["letter_date"], content["publication_date"])
        if year.last_day < dates.letter_date <= dates.publication_date:
            return dates
    except (OSError, ValueError, KeyError, TypeError):
        pass  # what is wrong, loading says below
    from annual_review.rendering.editions.edition import load_edition

    edition = load_edition(editions, year)
    return EditionDates(edition.letter_date, edition.publication_date)


def dates_for(editions: Path, year: ReportingYear) -> EditionDates:
    """Read the days of the edition of a year, or else those of the nearest, adapted to the year.

    Raises:
        EditionError: There is no edition at all, or it has no such days.
    """
    if (editions / str(year)).is_dir():
        return edition_dates(editions, year)
    from annual_review.rendering.editions.edition import edition_for

    edition = edition_for(editions, year)
    return EditionDates(edition.letter_date, edition.publication_date)
