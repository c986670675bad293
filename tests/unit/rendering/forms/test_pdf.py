"""The PDF: tagged for screen readers, literal with any name, and never with a missing glyph."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination, DictionaryObject, StreamObject

from annual_review.domain.reporting_year import Revision
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.pdf import PdfPrinter, UnprintableTextError
from annual_review.rendering.forms.pdf_descriptions import described
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.letter.document import LetterDocument
from annual_review.rendering.renderer import EditionRenderer
from annual_review.rendering.text.names import what_to_correct
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError
from infrastructure.verify.tags import pdf_tags
from tests.builders import YEAR, a_tally
from tests.unit.rendering.letters import (
    a_renderer,
    an_addressee,
    facts_of,
    pdf_pages,
    pdf_text,
    to_a_successor,
)

ODD_NAMES = [
    "St Edmund's & Bury <b>Council</b>",
    '#let x = 1; $x^2$ \\ "quoted" `raw` @ref // comment',
    "*Not* _marked_ [up](https://x.example) {{ year }} {% if %}",
    "Cyngor Bwrdeistref Sirol Ŵrecsam a Siân Ŷ",
    "Rada Miasta Łódź, Gdańsk, Świnoujście i Żółć",
    "Bournemouth, Christchurch & Poole Metropolitan Borough Council",
]


def test_every_chart_is_a_figure_that_says_what_it_shows(renderer: EditionRenderer) -> None:
    tags = pdf_tags(renderer.render(facts_of()).pdf)

    assert [tag.alt for tag in tags if tag.name == "Figure"] == [
        "Ring chart: 100% of complaints we investigated were upheld; similar authorities: 45%.",
        (
            "Ring chart: in 100% of cases the authority implemented our recommendations; similar "
            "authorities: 99%."
        ),
        (
            "Ring chart: in 0% of upheld cases the authority had provided a satisfactory remedy; "
            "similar authorities: 20%."
        ),
    ]


def test_there_is_no_chart_where_there_is_no_percentage(renderer: EditionRenderer) -> None:
    tags = pdf_tags(renderer.render(facts_of(a_tally())).pdf)

    assert not [tag for tag in tags if tag.name == "Figure"]


def test_headings_lists_and_links_are_tagged(renderer: EditionRenderer) -> None:
    names = [tag.name for tag in pdf_tags(renderer.render(facts_of()).pdf)]

    assert [name for name in names if name.startswith("H")] == ["H1", *["H2"] * 3, *["H3"] * 3]
    assert names.count("L") == 3
    assert names.count("Link") == 5


def test_a_link_is_described_by_its_words_and_where_it_leads(renderer: EditionRenderer) -> None:
    reader = PdfReader(BytesIO(renderer.render(facts_of()).pdf))
    links = [link.get_object() for page in reader.pages for link in page.get("/Annots", [])]

    assert {str(link["/Contents"]) for link in links} >= {
        "Our training: https://www.ombudsman.example/training",
        "https://www.ombudsman.example",
        "annual.review@ombudsman.example",
    }


def test_lead_ins_are_tagged_as_strong(renderer: EditionRenderer) -> None:
    tags = pdf_tags(renderer.render(facts_of()).pdf)
    items = [tag for tag in tags if tag.name == "LBody"]

    assert [each.name for each in items[0].walk()].count("Strong") == 1


def test_its_metadata_names_both_standards(renderer: EditionRenderer) -> None:
    metadata = PdfReader(BytesIO(renderer.render(facts_of()).pdf)).root_object["/Metadata"]
    xmp = cast("StreamObject", metadata.get_object()).get_data().decode()

    assert "<pdfaid:part>2<" in xmp
    assert "<pdfaid:conformance>A<" in xmp
    assert "<pdfuaid:part>1<" in xmp


def test_a_file_that_is_built_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="another structure"):
        described(b"%PDF-1.7\nstartxref\n3\n%%EOF", {})


def test_its_language_title_and_bookmarks_are_set(renderer: EditionRenderer) -> None:
    letter = PdfReader(BytesIO(renderer.render(facts_of()).pdf))

    assert str(letter.root_object["/Lang"]) == "en-GB"
    preferences = cast("DictionaryObject", letter.root_object["/ViewerPreferences"])
    assert str(preferences["/DisplayDocTitle"]) == "True"
    assert letter.metadata is not None
    assert letter.metadata.title == "Annual Review letter 2020: Rochford District Council"
    assert letter.metadata.creation_date is not None
    assert letter.metadata.creation_date.date().isoformat() == "2020-07-22"
    assert cast("Destination", letter.outline[0]).title == "Annual Review letter 2020"


def test_only_the_fonts_that_come_with_it_are_used(renderer: EditionRenderer) -> None:
    reader = PdfReader(BytesIO(renderer.render(facts_of(is_sample=True)).pdf))
    resources = [cast("DictionaryObject", page["/Resources"]) for page in reader.pages]
    fonts = [
        font for each in resources for font in cast("DictionaryObject", each["/Font"]).values()
    ]
    names = {str(cast("DictionaryObject", font.get_object())["/BaseFont"]) for font in fonts}

    assert names
    assert all("SourceSans3" in name for name in names)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_printed_literally(renderer: EditionRenderer, name: str) -> None:
    pages = pdf_pages(renderer.render(facts_of(name=name)).pdf)

    assert name in pages[0]
    assert f"Figures for {name}" in pages[-1]
    assert len(pages) == 3


def test_a_sample_is_marked_on_every_page(renderer: EditionRenderer) -> None:
    sample = pdf_pages(renderer.render(facts_of(is_sample=True)).pdf)
    real = pdf_text(renderer.render(facts_of()).pdf)

    assert all("SAMPLE – simulated figures" in page for page in sample)
    assert "sample" not in real.lower()


def test_the_longest_letter_keeps_its_statistics_on_one_page(renderer: EditionRenderer) -> None:
    tally = a_tally(upheld=61, not_upheld=30, late=5, not_complied=2, satisfactory_remedy=9)
    pages = pdf_pages(renderer.render(facts_of(tally, name="N" * 60, is_sample=True)).pdf)

    assert len(pages) == 3
    assert "Complaints upheld" in pages[-1]
    assert "In each chart" in pages[-1]
    assert len(pdf_pages(renderer.render(to_a_successor()).pdf)) == 3


def test_threads_that_share_a_printer_print_what_each_would_alone() -> None:
    edition = load_edition(SHIPPED_EDITIONS, YEAR)
    documents = [compose(edition, facts_of(name=f"Council {number}")) for number in range(8)]
    alone = [PdfPrinter().print(document) for document in documents]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(PdfPrinter().print, documents))

    assert together == alone


def test_what_no_character_explains_is_a_matter_for_a_developer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_printer: PdfPrinter, _document: LetterDocument) -> bytes:
        raise UnprintableTextError("layout did not converge", ())

    monkeypatch.setattr(PdfPrinter, "print", refuse)

    with pytest.raises(UnprintableLetterError, match=r"needs a developer: layout did not converge"):
        a_renderer().render(facts_of())


REISSUE = Reissue(date(2020, 8, 1), "王", Revision(1), date(2020, 7, 22), a_tally())


@pytest.mark.parametrize(
    ("facts", "what_to_do"),
    [
        (facts_of(name="王"), "correct the authority's name among the authorities and prepare"),
        (facts_of(addressed_authority="王"), "correct the addressed authority's name among the a"),
        (facts_of(recipient=an_addressee(job_title="王")), "correct the job title among the recip"),
        (facts_of(recipient=an_addressee(salutation="王")), "correct the salutation among the re"),
        (facts_of(paragraphs=("a", "b 王")), "edit the own-performance paragraph 2 and prepare"),
        (facts_of(reissue=REISSUE), "re-issue the letter with a reason typed again"),
    ],
    ids=["authority", "addressed", "job title", "salutation", "own performance", "re-issue"],
)
def test_the_reason_names_the_place_where_the_character_is_corrected(
    renderer: EditionRenderer, facts: LetterFacts, what_to_do: str
) -> None:
    with pytest.raises(UnprintableLetterError, match=r"lacks U\+738B") as raised:
        renderer.render(facts)

    assert what_to_do in str(raised.value)


def test_a_character_of_the_edition_itself_is_taken_out_there() -> None:
    assert what_to_correct(facts_of(), ("王",)).startswith("take it out of the edition")


def test_a_character_without_a_glyph_stops_that_letter_alone(renderer: EditionRenderer) -> None:
    before = renderer.render(facts_of()).pdf
    unprintable = facts_of(recipient=an_addressee(addressee="Ms 王 (Łódź)"))

    with pytest.raises(UnprintableLetterError, match=r"lacks U\+738B \(CJK") as raised:
        renderer.render(unprintable)

    assert "correct the addressee among the recipients and prepare the letter again" in str(
        raised.value
    )
    assert "Ms" not in str(raised.value)
    assert renderer.render(facts_of()).pdf == before
