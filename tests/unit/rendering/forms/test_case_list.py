"""The case list, read back as its readers would: what it counts, and what it can't do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from annual_review.domain.cases import CaseReference, ComplianceOutcome, DecisionOutcome, Subject
from annual_review.domain.reporting_year import Revision
from annual_review.domain.tallies import Measure, Tally, subject_measure
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.case_list import print_case_list
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError
from tests.builders import YEAR, a_tally, cases_of
from tests.unit.rendering.letters import ROCHFORD_TALLY, facts_of, to_a_successor

EDITION = load_edition(SHIPPED_EDITIONS, YEAR)

# Every outcome, with remedies among what was upheld and a subject for each decision.
TALLIES = st.builds(
    lambda outcomes, remedies, became: Tally(
        {
            **{Measure(each.value): n for each, n in zip(DecisionOutcome, outcomes, strict=True)},
            **{Measure(each.value): n for each, n in zip(ComplianceOutcome, became, strict=True)},
            Measure("satisfactory_remedy"): min(remedies, outcomes[-1]),
            subject_measure(Subject.HOUSING): sum(outcomes),
        }
    ),
    st.lists(st.integers(0, 4), min_size=6, max_size=6),
    st.integers(0, 4),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
)


def printed(facts: LetterFacts) -> bytes:
    return print_case_list(facts, compose(EDITION, facts), EDITION)


def read(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """Return what stands below the names of the columns."""
    return [row for row in sheet.iter_rows(min_row=2, values_only=True) if any(row)]


def numbers(book: Workbook) -> dict[tuple[str, str], int]:
    """Return the numbers of the letter, as the sheet About gives them."""
    cells = book["About"][book["About"].tables["NumbersOfTheLetter"].ref]
    return {(statistic.value, of.value): n.value for statistic, of, _, n in cells[1:]}


def with_references(tally: Tally, references: Sequence[str]) -> LetterFacts:
    facts = facts_of(tally)
    named = zip(facts.cases, references, strict=True)
    return replace(
        facts, cases=tuple(replace(case, reference=CaseReference(name)) for case, name in named)
    )


@given(TALLIES)
def test_whoever_counts_the_rows_finds_the_numbers_of_the_letter(tally: Tally) -> None:
    book = read(printed(facts_of(tally)))

    decided, complied = rows(book["Decided cases"]), rows(book["Compliance outcomes"])
    outcomes = [row[3] for row in decided]
    upheld = outcomes.count("Upheld")
    remedies = [row[4] for row in decided].count("Yes")
    assert numbers(book) == {
        ("Complaints upheld", "detailed investigations"): upheld + outcomes.count("Not upheld"),
        ("Complaints upheld", "upheld decisions"): upheld,
        ("Compliance with Ombudsman recommendations", "compliance outcomes"): len(complied),
        ("Compliance with Ombudsman recommendations", "recommendations implemented"): [
            row[3] for row in complied
        ].count("Yes"),
        (
            "Satisfactory remedies provided by the authority",
            "satisfactory remedy decisions",
        ): remedies,
        ("Satisfactory remedies provided by the authority", "detailed investigations"): upheld,
        ("All decisions", "decided cases"): len(decided),
    }
    assert upheld == tally.upheld
    assert remedies == tally.satisfactory_remedies
    assert (len(decided), len(complied)) == (tally.decisions, tally.compliance_outcomes)


def test_the_numbers_stand_under_the_labels_of_the_letter(renderer: EditionRenderer) -> None:
    letter = renderer.render(facts_of(a_tally(upheld=3, not_upheld=2, satisfactory_remedy=2)))
    text = " ".join(letter.text.split()).casefold()

    found = numbers(read(letter.case_list))

    for statistic, _ in list(found)[:-1]:
        assert statistic.casefold() in text
    for (statistic, label), number in found.items():
        if number and not statistic.startswith("All"):
            assert f"{number} {label}" in text


def test_each_case_stands_with_its_day_subject_and_outcome_in_plain_words() -> None:
    tally = a_tally(
        upheld=2, advice_given=1, satisfactory_remedy=1, late=1, not_complied=1
    ) + Tally({subject_measure(Subject.HOUSING): 3})

    book = read(printed(facts_of(tally)))

    day = datetime(2019, 11, 5)  # noqa: DTZ001 (a day of the sheet)
    assert rows(book["Decided cases"]) == [
        ("19000001", day, "Housing", "Advice given", None),
        ("19000002", day, "Housing", "Upheld", "Yes"),
        ("19000003", day, "Housing", "Upheld", "No"),
    ]
    assert rows(book["Compliance outcomes"]) == [
        ("19000004", day, "Complied late", "Yes"),
        ("19000005", day, "Not complied", "No"),
    ]


def test_dates_are_dates_with_a_format() -> None:
    book = read(printed(facts_of()))

    for sheet in ("Decided cases", "Compliance outcomes"):
        cell = book[sheet]["B2"]
        assert (cell.is_date, cell.number_format) == (True, "d mmmm yyyy")


@pytest.mark.parametrize(
    "reference",
    [
        "=1+1",
        '=HYPERLINK("https://evil.example")',
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1+1}",
        "https://evil.example",
        "mailto:a@evil.example",
        "internal:About!A1",
        "19012345",
        "007",
        "1e5",
        "<b>&amp;\"'",
        "_x0041_",
        "Łódź 1",
    ],
)
def test_a_reference_stays_the_text_that_it_is(reference: str) -> None:
    content = printed(with_references(ROCHFORD_TALLY, [reference, reference]))

    book = read(content)
    for sheet in ("Decided cases", "Compliance outcomes"):
        cell = book[sheet]["A2"]
        assert cell.value == reference
        assert cell.data_type == "s"
        assert cell.hyperlink is None


@pytest.mark.parametrize("character", ["\x00", "\x01", "\r", "\u200b", "\ud800", "\uffff"])
def test_a_character_that_no_spreadsheet_shows_stops_the_letter_and_is_named(
    character: str,
) -> None:
    facts = with_references(ROCHFORD_TALLY, ["19012345", f"19{character}1"])

    with pytest.raises(UnprintableLetterError, match=rf"U\+{ord(character):04X}.*in casework"):
        printed(facts)


def test_a_list_that_does_not_add_up_to_the_figures_is_not_printed() -> None:
    facts = replace(facts_of(), cases=cases_of(a_tally(upheld=2, on_time=1)))

    with pytest.raises(UnprintableLetterError, match="does not add up"):
        printed(facts)


def test_equal_facts_give_equal_bytes_dated_as_the_letter() -> None:
    content = printed(facts_of())

    assert printed(facts_of()) == content
    properties = read(content).properties
    assert properties.created == properties.modified == datetime(2020, 7, 22)  # noqa: DTZ001


def test_a_list_is_easy_to_read_filter_and_print() -> None:
    book = read(printed(facts_of()))

    assert book.sheetnames == ["About", "Decided cases", "Compliance outcomes"]
    for name, table in (
        ("Decided cases", "DecidedCases"),
        ("Compliance outcomes", "ComplianceOutcomes"),
    ):
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.tables[table].autoFilter is not None
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.column_dimensions["A"].width > 10
    for name in book.sheetnames:
        sheet = book[name]
        assert not sheet.merged_cells.ranges
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_references_of_digits_bear_no_mark_that_asks_to_make_them_numbers() -> None:
    with ZipFile(BytesIO(printed(facts_of()))) as parts:
        sheets = [parts.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (2, 3)]

    for sheet in sheets:
        assert '<ignoredError sqref="A:A" numberStoredAsText="1"/>' in sheet


def about(facts: LetterFacts) -> dict[str, str]:
    sheet = read(printed(facts))["About"]
    return {
        name: said
        for name, said, *_ in sheet.iter_rows(values_only=True)
        if isinstance(name, str) and isinstance(said, str)
    }


def test_it_says_whose_it_is_of_which_year_and_revision_and_that_it_is_not_published() -> None:
    said = about(facts_of())

    assert said["Authority"] == "Rochford District Council (E07000075)"
    assert said["Goes with"] == "Annual Review letter 2020, dated 22 July 2020"
    assert said["Reporting year"] == "2020: 1 April 2019 to 31 March 2020"
    assert said["Revision of the figures"] == "1"
    assert said["Not published"] == (
        "We do not publish this list. It is for Rochford District Council alone."
    )
    assert "Please note" not in said
    assert "Replaces" not in said


def test_a_successor_is_told_that_the_list_is_for_it() -> None:
    assert about(to_a_successor())["Not published"] == (
        "We do not publish this list. It is for West Suffolk Council, as a successor to"
        " St Edmundsbury Borough Council, alone."
    )


def test_a_sample_and_a_reissue_say_so() -> None:
    replaced = Reissue(date(2020, 9, 1), "a case", Revision(1), date(2020, 7, 22), a_tally())

    said = about(replace(facts_of(is_sample=True), reissue=replaced))

    assert said["Please note"].startswith("This is a sample")
    assert said["Replaces"] == "revision 1, with the letter of 22 July 2020"


def test_lists_without_a_case_keep_their_columns() -> None:
    book = read(printed(facts_of(a_tally())))

    assert [cell.value for cell in book["Decided cases"][1]] == [
        "Reference",
        "Decided on",
        "Subject",
        "Outcome",
        "Satisfactory remedy",
    ]
    assert rows(book["Decided cases"]) == rows(book["Compliance outcomes"]) == []
    assert set(numbers(book).values()) == {0}
