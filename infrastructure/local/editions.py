"""Editions for sample years that have none: copies of the nearest one, with its dates moved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import nearest_edition
from annual_review.rendering.editions.edition_copy import copy_edition


def add_editions(editions: Path, years: Iterable[ReportingYear]) -> None:
    """Give every year an edition of its own in a folder of editions.

    A system that is deployed for good refuses a year without one: somebody has to decide its dates.
    Here nothing is sent to anybody, and every letter says that it is a sample.

    Raises:
        EditionError: The nearest edition can't be read.
        OSError: A file can't be read or written.
    """
    nearest_of = {year: nearest_edition(editions, year) for year in years}
    for year, nearest in nearest_of.items():
        if nearest is None or nearest == year:
            continue
        folder = editions / str(year)
        folder.mkdir()
        for name, content in copy_edition(editions / str(nearest), nearest, year).files.items():
            (folder / name).write_bytes(content)
