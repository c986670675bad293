"""The letters that are verified: every variant there is, in every edition that ships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.checks.variants import variants_of
from annual_review.rendering.editions.edition import edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.national_review.compose import compose_review
from annual_review.rendering.national_review.pdf import print_review
from annual_review.rendering.national_review.review_text import review_text
from tests.unit.rendering.letters import a_renderer
from tests.unit.rendering.site.years import a_public_year

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


def printed_reviews() -> Iterator[tuple[str, bytes]]:
    """Print the national review of every edition, with the year before beside it."""
    for year in YEARS:
        text = review_text(SHIPPED_EDITIONS, year)
        assert text is not None
        before = a_public_year(ReportingYear(year.ends - 1))
        yield (
            name_of("national review", year),
            print_review(compose_review(a_public_year(year), before, text)),
        )


def name_of(variant: str, year: ReportingYear) -> str:
    return f"{variant}, edition {year}"
