"""One source, three forms: whoever reads any of them has read the same letter."""

from __future__ import annotations

from collections import Counter

import pytest

from annual_review.domain.figures import Comparisons
from annual_review.rendering.compose import compose
from annual_review.rendering.edition import load_edition
from annual_review.rendering.renderer import EditionRenderer
from annual_review.rendering.shipped import SHIPPED_EDITIONS
from annual_review.services.rendering import LetterFacts
from tests.builders import YEAR, a_tally
from tests.unit.rendering.letters import (
    facts_of,
    html_words,
    pdf_pages,
    plain_words,
    to_a_successor,
)

VARIANTS = {
    "acceptance": facts_of(),
    "nothing at all": facts_of(a_tally()),
    "nothing upheld": facts_of(a_tally(not_upheld=4)),
    "no comparison": facts_of(comparisons=Comparisons()),
    "own performance": facts_of(a_tally(upheld=3, late=1, not_complied=1)),
    "successor": to_a_successor(),
}


@pytest.mark.parametrize("facts", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_form_has_the_same_words(renderer: EditionRenderer, facts: LetterFacts) -> None:
    letter = renderer.render(facts)
    document = compose(load_edition(SHIPPED_EDITIONS, YEAR), facts)
    # Only what belongs to charts and pages differs: their explanation, labels, and footers.
    key = (document.chart_key or "").split()
    labels = [f"{block.chart.percentage}%" for block in document.statistics if block.chart]
    footer = f"{document.title} · {document.authority} Page of 3".split()
    text = plain_words(letter.text)

    assert html_words(letter.html) == [*text, *key]
    pages = [page.split() for page in pdf_pages(letter.pdf)]
    printed = Counter(word.lstrip("•") for page in pages for word in page)
    expected = Counter([*text, *key, *labels, *footer * 3, "1", "2", "3"])
    assert {word: count for word, count in printed.items() if word} == expected
