"""One source, three forms: whoever reads any of them has read the same letter."""

from __future__ import annotations

from collections import Counter

import pytest

from annual_review.rendering.letter.compose import SAMPLE, compose
from annual_review.rendering.letter.document import StatisticBlock
from tests.unit.rendering.letters import html_words, pdf_pages, plain_words
from tests.unit.rendering.variants import ALL_VARIANTS, VariantOfEdition


def unmarked(words: list[str]) -> list[str]:
    """Return words without the mark of a sample, which each form repeats as often as it needs."""
    return " ".join(words).replace(f"* {SAMPLE.label} *", "").replace(SAMPLE.label, "").split()


def chart_labels(block: StatisticBlock) -> list[str]:
    """Return the words of the charts of the PDF: in the ring, at its mark, and beside the line."""
    words = []
    if block.chart:
        words.append(str(block.chart.percentage))
        if block.chart.marks_comparison and block.chart.comparison:
            words.append(str(block.chart.comparison))
    if block.trend:
        words.extend(["100%", "0%"])
    return " ".join(words).split()


@pytest.mark.parametrize("variant", ALL_VARIANTS, ids=str)
def test_every_form_has_the_same_words(variant: VariantOfEdition) -> None:
    letter = variant.rendered
    document = compose(variant.edition, variant.facts)
    # Only what belongs to charts and pages differs: their explanation, labels, and footers.
    key = (document.chart_key or "").split()
    labels = [word for block in document.statistics for word in chart_labels(block)]
    pages = [page.split() for page in pdf_pages(letter.pdf)]
    footer = f"{document.title} · {document.authority} Page of {len(pages)}".split()
    numbers = [str(number) for number, _ in enumerate(pages, start=1)]
    text = unmarked(plain_words(letter.text))
    in_html = unmarked(html_words(letter.html))

    assert in_html == text + key
    printed = Counter(word.lstrip("•") for word in unmarked([w for page in pages for w in page]))
    expected = Counter([*text, *key, *labels, *footer * len(pages), *numbers])
    assert {word: count for word, count in printed.items() if word} == expected
