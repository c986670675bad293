"""Every variant that a letter has, as data: for checking an edition, for tests and for pictures.

The authorities are invented and nobody who is addressed has a name. Figures are counted from cases
and compared by the rules of the domain, so that whatever is made from either agrees with it.
"""

from __future__ import annotations

from annual_review.rendering.checks.variants.figures import (
    variants_of_comparisons,
    variants_of_earlier_years,
    variants_of_figures,
)
from annual_review.rendering.checks.variants.occasions import (
    variants_of_recipients,
    variants_of_reissues,
    variants_of_texts,
)
from annual_review.rendering.checks.variants.variant import Variant
from annual_review.rendering.editions.edition import Edition

__all__ = ["Variant", "variants_of"]


def variants_of(edition: Edition) -> tuple[Variant, ...]:
    """Return every variant of the letters of an edition, each under a name of its own."""
    return (
        *variants_of_figures(edition),
        *variants_of_comparisons(edition),
        *variants_of_earlier_years(edition),
        *variants_of_recipients(edition),
        *variants_of_reissues(edition),
        *variants_of_texts(edition),
    )
