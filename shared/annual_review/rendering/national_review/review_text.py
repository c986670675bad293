"""The text of the national review: an edition's `review.md`, read as strictly as a letter's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for, edition_years
from annual_review.rendering.text.letter_markdown import TextTerms, read_letter_template
from annual_review.rendering.text.letter_template import LetterTemplate

FILE: Final = "review.md"

PLACEHOLDERS: Final = frozenset(
    {
        "authorities",
        "complied",
        "compliance_outcomes",
        "compliance_rate",
        "decisions",
        "improvements",
        "investigations",
        "late",
        "most_upheld_subject",
        "not_complied",
        "public_reports",
        "publication_date",
        "remedies",
        "satisfactory_remedy_rate",
        "upheld",
        "uphold_rate",
        "year",
        "year_before",
        "year_from",
        "year_to",
    }
)
"""What the text may ask for; `compose` fills in each of them."""

CONDITIONS: Final = frozenset({"last_year", "late", "not_complied", "public_reports"})
"""On what a part of the text may depend."""

INSERTIONS: Final = frozenset(
    {
        "at_a_glance",
        "change",
        "compliance",
        "outcomes",
        "remedies",
        "upheld_by_subject",
        "upheld_by_type",
    }
)
"""The tables, each of which has its place in the text."""


@dataclass(frozen=True, slots=True)
class ReviewText:
    """The text of one year's review, and who signs for it."""

    template: LetterTemplate
    author: str


def review_text(editions: Path, year: ReportingYear) -> ReviewText | None:
    """Return the text for a year: its edition's own, or that of the nearest that has one.

    Raises:
        EditionError: The text can't be used; says all that is wrong, and where.
    """
    written = [each for each in edition_years(editions) if (editions / f"{each}" / FILE).is_file()]
    if not written:
        return None
    nearest = min(written, key=lambda each: abs(each.ends - year.ends))
    return ReviewText(
        read_letter_template(
            editions / f"{nearest}" / FILE, TextTerms(PLACEHOLDERS, CONDITIONS, INSERTIONS)
        ),
        edition_for(editions, year).author,
    )
