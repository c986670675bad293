"""The national review of each year, as a page and as PDF."""

from __future__ import annotations

from collections.abc import Iterator

from annual_review.rendering.national_review.compose import compose_review
from annual_review.rendering.national_review.document import DataTable, Glance, Part
from annual_review.rendering.national_review.pdf import print_review
from annual_review.rendering.site import addresses
from annual_review.rendering.site.pages import Site
from annual_review.rendering.text.blocks import BulletList, Heading, Paragraph


def review_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """Make the national review of each year that has a text."""
    by_year = {year.year.ends: year for year in site.years}
    for year in site.years:
        if text := site.reviews.get(year.year):
            review = compose_review(year, by_year.get(year.year.ends - 1), text)
            path = addresses.national_review(year.year)
            parts = [(_kind(part), part) for part in review.parts]
            yield path, site.page(path, "national_review", of=year, review=review, parts=parts)
            yield addresses.national_review_pdf(year.year), print_review(review)


def _kind(part: Part) -> str:
    match part:
        case Heading():
            return f"h{part.level}"
        case Paragraph():
            return "p"
        case BulletList():
            return "ul"
        case Glance():
            return "glance"
        case DataTable():
            return "table"
