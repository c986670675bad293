"""The letters that are verified: every variant there is, in every edition that ships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.checks.variants import variants_of
from annual_review.rendering.editions.edition import edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from tests.unit.rendering.letters import a_renderer

YEARS: Final = edition_years(SHIPPED_EDITIONS)
VARIANTS: Final = tuple(
    variant.name for variant in variants_of(load_edition(SHIPPED_EDITIONS, YEARS[0]))
)


def printed_letters() -> Iterator[tuple[str, bytes]]:
    """Print every variant in every edition; each goes by the name of both."""
    for year in YEARS:
        renderer = a_renderer(year)
        for variant in variants_of(load_edition(SHIPPED_EDITIONS, year)):
            yield name_of(variant.name, year), renderer.render(variant.facts).pdf


def name_of(variant: str, year: ReportingYear) -> str:
    return f"{variant}, edition {year}"
