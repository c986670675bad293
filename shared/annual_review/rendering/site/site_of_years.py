"""The site of some years, with what their editions say beside the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS as EDITIONS
from annual_review.rendering.national_review.review_text import review_text
from annual_review.rendering.site.pages import Site
from annual_review.services.publication.peer_groups import Peers
from annual_review.services.publication.public_year import PublicYear


def site_of_years(
    years: Sequence[PublicYear],
    base: str = "",
    peers: Peers | None = None,
) -> Site:
    """Return the site of years, the latest first: addresses of decisions, reviews, the next day.

    Raises:
        EditionError: An edition can't be used.
    """
    latest = years[0]
    following = edition_for(EDITIONS, ReportingYear(latest.year.ends + 1))
    # A review speaks of a year that is over and frozen.
    final = [each.year for each in years if each.counted_at is None]
    texts = {year: review_text(EDITIONS, year) for year in final}
    return Site(
        tuple(
            replace(each, decision_address=edition_for(EDITIONS, each.year).decision_address or "")
            for each in years
        ),
        base.rstrip("/"),
        next_on=None if latest.counted_at else following.publication_date,
        reviews={year: text for year, text in texts.items() if text},
        peers=peers or {},
    )
