"""Composing: who is written to, what depends on the figures, and what can't be printed."""

from __future__ import annotations

import pytest

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.figures import Comparisons
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.letter.document import LetterDocument
from annual_review.rendering.text.blocks import BulletList, Heading
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError
from tests.builders import YEAR, a_tally
from tests.unit.rendering.letters import an_addressee, facts_of, to_a_successor

EDITION = load_edition(SHIPPED_EDITIONS, YEAR)
NO_COMPARISONS = Comparisons()


def composed(facts: LetterFacts) -> LetterDocument:
    return compose(EDITION, facts)


def body(document: LetterDocument) -> str:
    texts: list[str] = []
    for block in document.body:
        match block:
            case Heading(text=text):
                texts.append(text)
            case BulletList(items=items):
                texts.extend("".join(run.text for run in item) for item in items)
            case _:
                texts.append("".join(run.text for run in block.runs))
    return "\n".join(texts)


def test_the_address_says_nothing_twice_and_has_no_empty_line() -> None:
    twice = an_addressee(addressee="Chief Executive", job_title="Chief Executive")
    assert composed(facts_of(recipient=twice)).address == (
        "Chief Executive",
        "Rochford District Council",
    )

    untitled = an_addressee(addressee="Ms Ng", job_title=" ")
    assert composed(facts_of(recipient=untitled)).address == ("Ms Ng", "Rochford District Council")


def test_a_successor_is_told_why_it_receives_the_letter_of_another() -> None:
    document = composed(to_a_successor())

    assert document.address[-1] == "West Suffolk Council"
    assert "St Edmundsbury Borough Council" in document.statistics_title
    assert "That authority no longer exists" in body(document)
    assert "no longer exists" not in body(composed(facts_of()))


def test_the_group_is_named_only_where_a_comparison_is_printed() -> None:
    unitary = facts_of(type_=AuthorityType.UNITARY)
    assert "the figure for unitary councils taken together" in body(composed(unitary))

    other = facts_of(type_=AuthorityType.OTHER, comparisons=NO_COMPARISONS)
    assert "makes no comparison with similar authorities" in body(composed(other))
    assert "taken together" not in body(composed(other))


def test_own_performance_is_mentioned_only_where_there_is_something_to_say() -> None:
    late = a_tally(upheld=3, late=1)
    assert "Your performance" not in body(composed(facts_of(late)))

    said = body(composed(facts_of(late, paragraphs=("One.", "*Two* {{ year }}"))))
    assert "Your performance\nOne.\n*Two* {{ year }}\nResources" in said


def test_the_charts_are_explained_as_far_as_there_are_any() -> None:
    compared = composed(facts_of()).chart_key
    assert compared == (
        "In each chart, the filled part is the percentage for Rochford District Council and the "
        "line across it marks the average in similar authorities."
    )

    alone = composed(facts_of(name="Nowhere", comparisons=NO_COMPARISONS)).chart_key
    assert alone == "In each chart, the filled part is the percentage for Nowhere."

    only = composed(facts_of(a_tally(on_time=1), name="Nowhere", comparisons=NO_COMPARISONS))
    assert only.chart_key == "In the chart, the filled part is the percentage for Nowhere."

    assert composed(facts_of(a_tally())).chart_key is None


def test_a_sample_says_so_in_its_subject_too() -> None:
    sample = composed(facts_of(is_sample=True))

    assert sample.subject.startswith("SAMPLE – ")
    assert sample.sample is not None
    assert sample.sample.label == "SAMPLE – simulated figures"
    assert composed(facts_of()).sample is None


def test_a_file_name_holds_nothing_that_a_file_system_minds() -> None:
    stem = composed(facts_of(name='A/B: "C" <D> | E?*\\%')).file_stem

    assert stem == "Annual Review letter 2020 - A-B- -C- -D- - E-"


def test_names_are_composed_and_on_one_line() -> None:
    decomposed = "Sia\N{COMBINING CIRCUMFLEX ACCENT}n\n  Ng"
    document = composed(facts_of(recipient=an_addressee(addressee=decomposed)))

    assert document.address[0] == "Siân Ng"


@pytest.mark.parametrize(
    "character",
    ["\u200b", "\u202e", "\x00", "\ue000", "\ud800", "\u034f", "\u3164", "\ufe0f", "\U000e0100"],
)
def test_an_invisible_character_stops_the_letter_and_is_named(character: str) -> None:
    facts = facts_of(recipient=an_addressee(salutation=f"Mr{character}Scrutton"))

    with pytest.raises(UnprintableLetterError, match=rf"salutation.*U\+{ord(character):04X}"):
        composed(facts)
    with pytest.raises(UnprintableLetterError, match=r"own-performance paragraph 2.*; edit the"):
        composed(facts_of(paragraphs=("a", f"b{character}c")))


@pytest.mark.parametrize(
    "facts",
    [
        facts_of(name=" "),
        facts_of(addressed_authority=""),
        facts_of(recipient=an_addressee(salutation="")),
    ],
    ids=["name", "addressed authority", "salutation"],
)
def test_a_letter_without_a_name_it_needs_is_not_printed(facts: LetterFacts) -> None:
    with pytest.raises(UnprintableLetterError, match="fill it in"):
        composed(facts)


def test_figures_of_another_year_are_not_printed() -> None:
    with pytest.raises(UnprintableLetterError, match="the edition of 2020"):
        composed(facts_of(year=ReportingYear(2021)))
