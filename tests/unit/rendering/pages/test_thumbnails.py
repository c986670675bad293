"""Small pictures of letters, and where on its pages a letter has what."""

from __future__ import annotations

import struct

import pytest

from annual_review.rendering.forms.printed_pages import Pages, pages_of
from annual_review.rendering.pages.thumbnails import HEIGHT, WIDTH, ThumbnailMaker
from annual_review.rendering.renderer import EditionRenderer
from tests.unit.rendering.letters import facts_of, pdf_pages


@pytest.fixture(scope="module")
def pdf(renderer: EditionRenderer) -> bytes:
    return renderer.render(facts_of()).pdf


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_statistics_are_found_on_the_page_that_has_their_heading(pdf: bytes) -> None:
    texts = pdf_pages(pdf)
    (page,) = [number for number, text in enumerate(texts, 1) if "Figures for Rochford" in text]

    assert pages_of(pdf) == Pages(count=len(texts), statistics_from=page)


def test_a_letter_has_two_small_pictures_of_different_pages(pdf: bytes) -> None:
    first, statistics = ThumbnailMaker().thumbnails(pdf)

    assert size(first) == size(statistics) == (WIDTH, HEIGHT)
    assert first != statistics
    assert len(first) < 50_000


def test_the_same_letter_gives_the_same_pictures(pdf: bytes) -> None:
    maker = ThumbnailMaker()

    assert maker.thumbnails(pdf) == maker.thumbnails(pdf)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"<html>"])
def test_what_is_no_letter_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not the PDF of a letter"):
        ThumbnailMaker().thumbnails(content)
