"""The pages of the PDF, in every variant: no longer than they should be, and nothing left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from annual_review.rendering.letter.compose import compose
from annual_review.rendering.renderer import EditionRenderer
from annual_review.rendering.text.blocks import BulletList
from infrastructure.verify.tags import pdf_tags
from tests.unit.rendering.letters import an_addressee, facts_of, pdf_pages, pdf_text
from tests.unit.rendering.variants import ALL_VARIANTS, VariantOfEdition, variant

every_variant = pytest.mark.parametrize("of", ALL_VARIANTS, ids=str)


@every_variant
def test_the_letter_has_two_pages_and_the_statistics_one_or_two_with_a_trend(
    of: VariantOfEdition,
) -> None:
    document = compose(of.edition, of.facts)
    pages = pdf_pages(of.rendered.pdf)
    first, second, statistics, *trend = pages

    assert document.signature.name not in first
    assert document.signature.name in second
    assert all(block.title in statistics for block in document.statistics)
    assert len(trend) == (1 if document.trend else 0)
    assert document.statistics_period in statistics
    assert (document.chart_key or "") in statistics


@every_variant
def test_headings_go_down_one_level_at_a_time_and_are_the_bookmarks(of: VariantOfEdition) -> None:
    pdf = of.rendered.pdf
    levels = [int(tag.name[1]) for tag in pdf_tags(pdf) if tag.name in {"H1", "H2", "H3"}]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(bookmarks(PdfReader(BytesIO(pdf)).outline)) == len(levels)


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
    charts = [block.chart.description for block in document.statistics if block.chart]
    lines = [line.description for line in document.trend.sparklines] if document.trend else []
    tables = [tag for tag in tags if tag.name == "Table"]
    expected = [document.replacement and document.replacement.changes, document.trend]

    assert [tag.alt for tag in tags if tag.name == "Figure"] == [
        *(f"Ring chart: {each}" for each in charts),
        *(f"Line chart: {each}" for each in lines),
    ]
    assert len(tables) == sum(each is not None for each in expected)
    for table in tables:
        header, *rows = [tag for tag in table.walk() if tag.name == "TR"]
        assert {cell.name for cell in header.children} == {"TH"}
        assert all(len(row.children) == len(header.children) for row in rows)


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

    assert of.facts.figures.authority.name in text
    assert all(paragraph in text for paragraph in of.facts.paragraphs)


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

    pdf = renderer.render(facts_of(paragraphs=(f"We thank those at {word} for it.",))).pdf

    assert word in pdf_lines(pdf)


def pdf_lines(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@every_variant
def test_a_short_list_stays_on_one_page(of: VariantOfEdition) -> None:
    pages = pdf_pages(of.rendered.pdf)

    for block in compose(of.edition, of.facts).body:
        if isinstance(block, BulletList):
            points = ["".join(run.text for run in item) for item in block.items]
            assert any(all(point in page for point in points) for page in pages)
