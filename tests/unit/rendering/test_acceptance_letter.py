"""The letter of Rochford District Council for 2020, word for word, in each of its forms."""

from __future__ import annotations

import pytest

from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import RenderedLetter
from tests.unit.rendering.letters import facts_of, html_words, on_one_line, pdf_pages, pdf_text

PERIOD = "for the period between 1 April 2019 to 31 March 2020"

SENTENCES = [
    "100% of complaints we investigated were upheld.",
    "This compares to an average of 45% in similar authorities.",
    "1 upheld decision",
    f"Statistics are based on a total of 1 detailed investigation {PERIOD}",
    "Compliance with Ombudsman recommendations",
    (
        "In 100% of cases we were satisfied the authority had successfully implemented our "
        "recommendations."
    ),
    "This compares to an average of 99% in similar authorities.",
    f"Statistics are based on a total of 1 compliance outcome {PERIOD}",
    (
        "• Failure to comply with our recommendations is rare. An authority with a compliance "
        "rate below 100% should scrutinise those complaints where it failed to comply and identify "
        "any learning."
    ),
    "Satisfactory remedies provided by the authority",
    (
        "In 0% of upheld cases we found the authority had provided a satisfactory remedy before "
        "the complaint reached the Ombudsman."
    ),
    "This compares to an average of 20% in similar authorities.",
    "0 satisfactory remedy decisions",
    f"Statistics are based on a total of 1 detailed investigation {PERIOD}",
]

AROUND = [
    "Local Government & Social Care OMBUDSMAN",
    "22 July 2020",
    "By email",
    "Mr Scrutton Managing Director Rochford District Council",
    "Dear Mr Scrutton",
    "Annual Review letter 2020",
    "On 29 July 2020 we will publish",
    "Michael King",
    "Local Government and Social Care Ombudsman",
    "Chair, Commission for Local Administration in England",
]


@pytest.fixture(scope="module")
def letter(renderer: EditionRenderer) -> RenderedLetter:
    return renderer.render(facts_of())


@pytest.fixture(params=["pdf", "html", "text"])
def words(request: pytest.FixtureRequest, letter: RenderedLetter) -> str:
    match request.param:
        case "pdf":
            return pdf_text(letter.pdf)
        case "html":
            # A browser draws the bullet of a list item by itself.
            return " ".join(html_words(letter.html)).replace("Failure to", "• Failure to")
        case _:
            return on_one_line(letter.text)


def test_it_is_printed_word_for_word_and_in_order_in_every_form(words: str) -> None:
    position = 0
    for sentence in [*AROUND, *SENTENCES]:
        found = words.find(sentence, position)
        assert found >= 0, sentence
        position = found + len(sentence)


def test_its_statistics_stand_on_one_page_of_their_own(letter: RenderedLetter) -> None:
    *pages, statistics = pdf_pages(letter.pdf)

    assert len(pages) == 2
    assert all(sentence in statistics for sentence in SENTENCES)
    assert not any(sentence in page for page in pages for sentence in SENTENCES if "%" in sentence)


def test_its_subject_names_the_letter_and_the_authority(letter: RenderedLetter) -> None:
    assert letter.subject == "Annual Review letter 2020: Rochford District Council"
