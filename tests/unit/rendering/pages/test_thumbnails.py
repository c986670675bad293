"""Small pictures of letters, and where on its pages a letter has what."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from annual_review.rendering.forms.printed_pages import Mark, Pages, marks_of, pages_of
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


def test_a_paragraph_is_found_where_it_is_printed_and_overleaf(renderer: EditionRenderer) -> None:
    sentence = " This is one of many sentences of the council's own."
    short, *long = (
        "We asked three times.",
        *(f"{place}.{sentence * 17} End {place}." for place in "ABCDEFG"),
    )
    pdf = renderer.render(facts_of(paragraphs=(short, *long))).pdf
    pages = [" ".join(text.split()) for text in pdf_pages(pdf)]

    [first] = marks_of(pdf, short)
    assert short in pages[first.page - 1]
    assert marks_of(pdf, "We asked four times.") == ()
    found = {text[0]: marks_of(pdf, text) for text in long}
    assert all(f"{place}. This" in pages[marks[0].page - 1] for place, marks in found.items())
    assert all(f"End {place}." in pages[marks[-1].page - 1] for place, marks in found.items())
    begun, ended = next(marks for marks in found.values() if len(marks) > 1)
    assert (ended.page, ended.left) == (begun.page + 1, first.left)


def test_a_mark_is_drawn_where_it_is_and_on_its_page_alone(pdf: bytes) -> None:
    maker = ThumbnailMaker()
    plain, marked = (
        maker.page(pdf, 1, 400, marks) for marks in ([], [Mark(1, left=77, top=300, bottom=340)])
    )

    with Image.open(BytesIO(plain)) as before, Image.open(BytesIO(marked)) as after:
        box = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox()
    scale = 400 / 595
    assert box is not None
    assert [box[1] // 4, box[3] // 4] == [int(300 * scale) // 4, int(340 * scale) // 4]
    assert maker.page(pdf, 1, 400, [Mark(2, 77, 300, 340)]) == plain
