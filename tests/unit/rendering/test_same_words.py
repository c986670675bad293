"""One source, three forms: whoever reads any of them has read the same letter."""

from __future__ import annotations

from collections import Counter

import pytest

from annual_review.rendering.letter.compose import SAMPLE, compose
from annual_review.rendering.letter.document import LetterDocument
from tests.unit.rendering.letters import html_words, pdf_pages, plain_words
from tests.unit.rendering.variants import ALL_VARIANTS, VariantOfEdition


def unmarked(words: list[str]) -> list[str]:
    """Return words without the mark of a sample, which each form repeats as often as it needs."""
    return " ".join(words).replace(f"* {SAMPLE.label} *", "").replace(SAMPLE.label, "").split()


def trend_words(document: LetterDocument) -> list[str]:
    if document.trend is None:
        return []
    table = document.trend.table
    cells = [word for row in table.rows for cell in row.cells for word in (cell.figure, cell.base)]
    heads = [*table.columns, *(row.head for row in table.rows)]
    return " ".join([document.trend.title, document.trend.introduction, *heads, *cells]).split()


@pytest.mark.parametrize("variant", ALL_VARIANTS, ids=str)
def test_every_form_has_the_same_words(variant: VariantOfEdition) -> None:
    letter = variant.rendered
    document = compose(variant.edition, variant.facts)
    # Only what belongs to charts and pages differs: their explanation, labels, and footers.
    key = (document.chart_key or "").split()
    labels = [f"{block.chart.percentage}%" for block in document.statistics if block.chart]
    lines = []
    if document.trend:
        ends = (line.label for line in document.trend.sparklines)
        lines = " ".join([document.trend.lines_head, *ends]).split()
    pages = [page.split() for page in pdf_pages(letter.pdf)]
    footer = f"{document.title} · {document.authority} Page of {len(pages)}".split()
    numbers = [str(number) for number, _ in enumerate(pages, start=1)]
    text = unmarked(plain_words(letter.text))
    in_html = unmarked(html_words(letter.html))

    # The explanation stands below the charts, and thus above the trend.
    before = len(in_html) - len(key) - len(trend_words(document))
    assert in_html[before : before + len(key)] == key
    assert in_html[:before] + in_html[before + len(key) :] == text
    printed = Counter(word.lstrip("•") for word in unmarked([w for page in pages for w in page]))
    expected = Counter([*text, *key, *labels, *lines, *footer * len(pages), *numbers])
    assert {word: count for word, count in printed.items() if word} == expected
