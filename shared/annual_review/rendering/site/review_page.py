"""The national review of a year, as a page and as PDF."""

from __future__ import annotations

from collections.abc import Iterator

from annual_review.rendering.national_review.compose import compose_review
from annual_review.rendering.national_review.document import DataTable, Glance, Part
from annual_review.rendering.national_review.pdf import print_review
from annual_review.rendering.site import addresses
from annual_review.rendering.site.pages import Site
from annual_review.rendering.text.blocks import BulletList, Heading, Paragraph
from annual_review.services.publication.public_year import PublicYear


def review_pages(site: Site, year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Make the national review of a year, if it has a text."""
    if text := site.reviews.get(year.year):
        before = next((each for each in site.years if each.year.ends == year.year.ends - 1), None)
        review = compose_review(year, before, text)
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
