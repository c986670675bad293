"""The pages of the PDF, in every variant: no longer than they should be, and nothing left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from annual_review.rendering.forms import pdf
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.renderer import EditionRenderer
from annual_review.rendering.text.blocks import BulletList
from infrastructure.verify.tags import pdf_tags
from tests.unit.rendering.letters import (
    PrintedPage,
    an_addressee,
    facts_of,
    pdf_pages,
    pdf_text,
    printed_pages,
)
from tests.unit.rendering.variants import ALL_VARIANTS, VariantOfEdition, variant

TEMPLATES = Path(pdf.__file__).parent
FOOTERS_BELOW = 68.0
"""Points: 24 mm."""

OLD_VARIANTS = [each for each in ALL_VARIANTS if each.edition.year == 2020]
NEW_VARIANTS = [each for each in ALL_VARIANTS if each.edition.year == 2026]
every_variant = pytest.mark.parametrize("of", ALL_VARIANTS, ids=str)


@pytest.mark.parametrize("of", OLD_VARIANTS, ids=str)
def test_a_letter_of_2020_has_two_pages_and_its_statistics_one_of_their_own(
    of: VariantOfEdition,
) -> None:
    document = compose(of.edition, of.facts)
    first, second, statistics = pdf_pages(of.rendered.pdf)

    assert document.signature.name not in first
    assert document.signature.name in second
    assert all(block.title in statistics for block in document.statistics)
    assert document.statistics_period in statistics
    assert (document.chart_key or "") in statistics


@pytest.mark.parametrize("of", NEW_VARIANTS, ids=str)
def test_from_2026_a_letter_has_three_pages_at_most_and_none_is_mostly_blank(
    of: VariantOfEdition,
) -> None:
    pages = printed_pages(of.rendered.pdf)

    assert len(pages) <= 3
    for page in pages:
        assert lowest_line(page) < 0.57 * page.height


def lowest_line(page: PrintedPage) -> float:
    """Return how far above the foot of the page the last line of text stands, footers aside."""
    return min(height for height, _ in page.pieces if height > FOOTERS_BELOW)


@pytest.mark.parametrize("name", ["ordinary", "nothing-upheld", "below-100", "successor"])
def test_from_2026_a_letter_without_earlier_years_has_two_pages_where_it_fits(name: str) -> None:
    assert len(pdf_pages(variant(2026, name).rendered.pdf)) == 2


@every_variant
def test_no_text_is_smaller_than_ten_points(of: VariantOfEdition) -> None:
    sizes = {size for page in printed_pages(of.rendered.pdf) for _, size in page.pieces}

    assert min(sizes) >= 10
    assert 11 in sizes


def test_an_empty_ring_can_be_seen_in_print() -> None:
    colours = dict(
        re.findall(r'#let (\w+) = rgb\("#(\w+)"\)', (TEMPLATES / "colours.typ").read_text())
    )

    for ground in ("ffffff", colours["track"]):
        assert contrast(colours["edge"], ground) >= 3


def contrast(colour: str, ground: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    bright, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@every_variant
def test_headings_go_down_one_level_at_a_time_and_are_the_bookmarks(of: VariantOfEdition) -> None:
    letter = of.rendered.pdf
    levels = [int(tag.name[1]) for tag in pdf_tags(letter) if tag.name in {"H1", "H2", "H3"}]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(bookmarks(PdfReader(BytesIO(letter)).outline)) == len(levels)


def bookmarks(outline: object) -> list[str]:
    titles: list[str] = []
    for each in cast("list[object]", outline):
        if isinstance(each, list):
            titles.extend(bookmarks(each))
        else:
            titles.append(str(cast("Destination", each).title))
    return titles


@every_variant
def test_every_figure_says_what_it_shows_and_every_table_has_header_cells(
    of: VariantOfEdition,
) -> None:
    document = compose(of.edition, of.facts)
    tags = pdf_tags(of.rendered.pdf)
    figures = [
        f"{kind}: {each.description}"
        for block in document.statistics
        for kind, each in (("Ring chart", block.chart), ("Line chart", block.trend))
        if each
    ]
    tables = [tag for tag in tags if tag.name == "Table"]
    trends = [block.trend for block in document.statistics if block.trend]
    changes = [each for each in (document.replacement and document.replacement.changes,) if each]

    assert [tag.alt for tag in tags if tag.name == "Figure"] == figures
    assert len(tables) == len(trends) + len(changes)
    for table in tables:
        header, *rows = [tag for tag in table.walk() if tag.name == "TR"]
        assert {cell.name for cell in header.children} == {"TH"}
        for row in rows:
            assert [cell.name for cell in row.children] == [
                "TH",
                *["TD"] * (len(header.children) - 1),
            ]


@every_variant
def test_the_links_work(of: VariantOfEdition) -> None:
    document = compose(of.edition, of.facts)
    links = [
        str(annotation.get_object()["/A"]["/URI"])
        for page in PdfReader(BytesIO(of.rendered.pdf)).pages
        for annotation in page.get("/Annots", [])
    ]

    assert {run.link for run in document.letterhead.contact} <= set(links)
    assert all(link.startswith(("https://", "mailto:")) for link in links)
    assert len(set(links)) == 5


@pytest.mark.parametrize("lines", range(0, 56, 5))
def test_the_signature_never_stands_alone_on_a_page(lines: int, renderer: EditionRenderer) -> None:
    facts = facts_of(paragraphs=("One line.",) * lines)
    page = next(each for each in pdf_pages(renderer.render(facts).pdf) if "Michael King" in each)

    assert "Thank you for your part" in page


@pytest.mark.parametrize("name", ["odd-signs", "other-alphabets", "long-name"])
@pytest.mark.parametrize("year", [2020, 2026])
def test_names_and_texts_are_printed_literally(year: int, name: str) -> None:
    of = variant(year, name)
    text = pdf_text(of.rendered.pdf)

    printed = typographic if year == 2026 else str
    assert printed(of.facts.figures.authority.name) in text
    assert all(printed(paragraph) in text for paragraph in of.facts.paragraphs)


def typographic(text: str) -> str:
    return text.replace("'", "’")


def test_the_reason_of_a_re_issue_is_printed_literally() -> None:
    of = variant(2026, "re-issue")
    assert of.facts.reissue is not None
    reason = "#let x = *1* & <b> $2$ \\ @3 // {{ year }}"
    facts = replace(of.facts, reissue=replace(of.facts.reissue, reason=reason))

    assert compose(of.edition, facts).replacement is not None
    assert f"Reason: {reason}" in pdf_text(variant_renderer(of).render(facts).pdf)


def variant_renderer(of: VariantOfEdition) -> EditionRenderer:
    return EditionRenderer(of.edition, "a@ombudsman.example")


def test_a_word_longer_than_a_line_is_broken_at_the_margin(renderer: EditionRenderer) -> None:
    word = "W" * 100
    facts = facts_of(
        name=word,
        addressed_authority=word,
        recipient=an_addressee(addressee=word, salutation=word),
        paragraphs=(f"We thank {word} for it.",),
    )

    text = pdf_lines(renderer.render(facts).pdf)

    # 156 mm of the widest letter in the smallest type hold no more.
    assert max(map(len, re.findall("W+", text))) <= 60
    assert re.search(f"Dear{word}Annual", "".join(text.split()))
    assert re.search(f"Wethank{word}forit", "".join(text.split()))


def test_a_long_word_that_fits_is_not_torn(renderer: EditionRenderer) -> None:
    word = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"

    letter = renderer.render(facts_of(paragraphs=(f"We thank those at {word} for it.",)))

    assert word in pdf_lines(letter.pdf)


def pdf_lines(letter: bytes) -> str:
    return "\n".join(page.text for page in printed_pages(letter))


@every_variant
def test_a_short_list_stays_on_one_page(of: VariantOfEdition) -> None:
    pages = pdf_pages(of.rendered.pdf)

    for block in compose(of.edition, of.facts).body:
        if isinstance(block, BulletList):
            points = ["".join(run.text for run in item) for item in block.items]
            assert any(all(point in page for point in points) for page in pages)
