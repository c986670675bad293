"""Whatever a name or a text holds, every form prints it as it was written."""

from __future__ import annotations

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rendering.letters import a_renderer, facts_of, html_words, pdf_text

ACCENTED: Final = "áâäçéêëíîïñóôöùúûüÿŵŷŴŶąćęłńóśźżĄĆĘŁŃÓŚŹŻẁẃẅỳ"
SIGNS: Final = "‘’“”–—…£€§©½×"
PRINTABLE: Final = [chr(code) for code in range(0x21, 0x7F)] + list(ACCENTED + SIGNS)
TEXTS: Final = st.lists(st.text(PRINTABLE, min_size=1, max_size=9), min_size=1, max_size=6).map(
    " ".join
)
RENDERER: Final = a_renderer()


def without_spaces(text: str) -> str:
    """Return a text without what lines are broken at."""
    return "".join(text.split())


@settings(max_examples=15)
@given(TEXTS, TEXTS)
def test_names_and_texts_are_printed_as_they_are(name: str, paragraph: str) -> None:
    letter = RENDERER.render(facts_of(name=name, paragraphs=(paragraph,)))

    for form in (pdf_text(letter.pdf), " ".join(html_words(letter.html)), letter.text):
        assert without_spaces(f"Figures for {name}") in without_spaces(form)
        assert without_spaces(paragraph) in without_spaces(form)
