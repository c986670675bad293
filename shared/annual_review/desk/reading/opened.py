"""One letter, opened: what is shown beside its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annual_review.desk.reading.shelf import Shelf
from annual_review.domain.paragraphs import Paragraph
from annual_review.rendering.forms.printed_pages import pages_of
from annual_review.rendering.pages.review_page import KINDS, ReviewLine
from annual_review.services.letters.letter import Letter
from annual_review.services.review.review_letters import PreviousLetter, review_letter
from annual_review.services.review.review_sources import (
    KeptLetters,
    NothingToReviewError,
    ReviewSource,
    text_of,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter with its flags, its figures and its paragraphs.

    `pages` counts those that are printed, `previous` names what it is compared with. `paragraphs`
    is `None` where the source does not keep them.
    """

    letter: Letter
    line: ReviewLine
    pages: int
    previous: str = ""
    paragraphs: Sequence[Paragraph] | None = None


def opened(letter: Letter, source: ReviewSource, shelf: Shelf) -> Opened:
    """Open a letter.

    Raises:
        RefusalError: What is kept is not what was prepared.
        PortError: It could not be read.
    """
    record = shelf.records.of([letter]).get(letter.figures_sha256) or source.frozen(letter)
    documents = shelf.documents(letter, source.shown)
    name, previous = _previous(letter, source)
    read = replace(source.without_text(letter, record), text=text_of(documents))
    kinds = [kind for kind in KINDS if kind in documents]
    line = ReviewLine(review_letter(read, previous), kinds, has_thumbnails="pdf" in documents)
    pages = pages_of(documents["pdf"]).count if "pdf" in documents else 0
    return Opened(letter, line, pages, name, _paragraphs(letter, source))


def _previous(letter: Letter, source: ReviewSource) -> tuple[str, PreviousLetter | None]:
    try:
        letters = source.previous()
    except NothingToReviewError:
        return "", None
    before = letters.of(letter)
    return (letters.name if before else ""), before


def _paragraphs(letter: Letter, source: ReviewSource) -> Sequence[Paragraph] | None:
    if not isinstance(source, KeptLetters):
        return None
    kept = source.paragraphs_of(letter)
    return kept.in_order if kept else ()
