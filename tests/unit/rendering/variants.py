"""Every variant of every edition that ships, each rendered once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from annual_review.rendering.checks.variants import Variant, variants_of
from annual_review.rendering.editions.edition import Edition, edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import LetterFacts, RenderedLetter
from tests.unit.rendering.letters import a_renderer

EDITIONS = tuple(load_edition(SHIPPED_EDITIONS, year) for year in edition_years(SHIPPED_EDITIONS))


@dataclass(frozen=True, eq=False)
class VariantOfEdition:
    edition: Edition
    variant: Variant

    def __str__(self) -> str:
        return f"{self.edition.year}-{self.variant.name}"

    @property
    def facts(self) -> LetterFacts:
        return self.variant.facts

    @property
    def rendered(self) -> RenderedLetter:
        return _rendered(self)


ALL_VARIANTS = [
    VariantOfEdition(edition, variant) for edition in EDITIONS for variant in variants_of(edition)
]


def variant(year: int, name: str) -> VariantOfEdition:
    return next(each for each in ALL_VARIANTS if str(each) == f"{year}-{name}")


@cache
def _renderer(year: int) -> EditionRenderer:
    return a_renderer(next(each for each in EDITIONS if each.year == year).reporting_year)


@cache
def _rendered(of: VariantOfEdition) -> RenderedLetter:
    return _renderer(of.edition.year).render(of.facts)
