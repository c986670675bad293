"""What differs between two letters, as a reviewer sees it."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.figures import AuthorityFigures, Comparisons
from annual_review.domain.statistics import Statistic
from annual_review.services.review.letter_differences import (
    FigureChange,
    Piece,
    WordChange,
    differing_figures,
    differing_passages,
)
from tests.builders import a_tally, an_authority, compared_with

WORDS = st.lists(st.sampled_from(("we", "upheld", "two", "of", "ten", "complaints", "again")))
TEXTS = st.lists(WORDS.map(" ".join).filter(bool)).map("\n\n".join)


@given(TEXTS)
def test_a_letter_does_not_differ_from_itself(text: str) -> None:
    assert differing_passages(text, text) == ()


@given(TEXTS)
def test_how_lines_are_broken_makes_no_difference(text: str) -> None:
    broken = "\n\n".join(textwrap.fill(each, 12) for each in text.split("\n\n"))

    assert differing_passages(text, broken) == ()


@given(TEXTS, TEXTS)
def test_the_pieces_hold_all_that_is_new_and_all_that_is_gone(before: str, now: str) -> None:
    passages = differing_passages(before, now)

    def words(*changes: WordChange) -> list[str]:
        shown = [each for passage in passages for each in passage if each.change in changes]
        return " ".join(each.words for each in shown).split()

    kept = [text for text in now.split("\n\n") if text not in before.split("\n\n")]
    assert set(" ".join(kept).split()) <= set(words(WordChange.KEPT, WordChange.ADDED))
    gone = [text for text in before.split("\n\n") if text not in now.split("\n\n")]
    assert set(" ".join(gone).split()) <= set(words(WordChange.KEPT, WordChange.REMOVED))


def test_the_rules_below_the_columns_of_a_table_are_no_words() -> None:
    table = "Figure  Before\n------  ------\nUpheld     {}%"

    (passage,) = differing_passages(table.format(22), table.format(25))

    assert [each.words for each in passage] == ["Upheld", "22%", "25%"]


def test_a_changed_number_is_shown_within_its_sentence() -> None:
    (passage,) = differing_passages(
        "Complaints upheld\n-----------------\n40% of complaints were upheld.\n",
        "Complaints upheld\n-----------------\n50% of complaints were upheld.\n",
    )

    assert passage == (
        Piece(WordChange.REMOVED, "40%"),
        Piece(WordChange.ADDED, "50%"),
        Piece(WordChange.KEPT, "of complaints were upheld."),
    )


def test_a_new_paragraph_does_not_make_its_neighbours_differ() -> None:
    before = "You answered late.\n\nYours sincerely"

    (passage,) = differing_passages(
        before, before.replace("Yours", "Please look into it.\n\nYours")
    )

    assert passage == (Piece(WordChange.ADDED, "Please look into it."),)


def test_a_paragraph_that_is_gone_is_shown_as_gone() -> None:
    (passage,) = differing_passages("One thing.\n\nAnother matter.", "One thing.")

    assert passage == (Piece(WordChange.REMOVED, "Another matter."),)


def test_figures_are_told_with_what_they_were_and_are() -> None:
    authority, beside = an_authority(), compared_with(uphold_rate=Statistic(45, 100))
    before = AuthorityFigures(authority, a_tally(upheld=2, not_upheld=3), beside)
    now = AuthorityFigures(
        authority, a_tally(upheld=3, not_upheld=2), compared_with(uphold_rate=Statistic(46, 100))
    )

    assert differing_figures(before, now) == (
        FigureChange("uphold rate", "40% (2 of 5)", "60% (3 of 5)"),
        FigureChange("comparison of the uphold rate", "45%", "46%"),
        FigureChange("satisfactory remedy rate", "0% (0 of 2)", "0% (0 of 3)"),
    )


def test_where_there_was_no_figure_it_says_so() -> None:
    nothing = AuthorityFigures(an_authority(), a_tally(), Comparisons())
    now = AuthorityFigures(
        an_authority(), a_tally(on_time=1), compared_with(compliance_rate=Statistic(9, 10))
    )

    assert differing_figures(nothing, now) == (
        FigureChange("compliance rate", "no cases", "100% (1 of 1)"),
        FigureChange("comparison of the compliance rate", "none", "90%"),
    )
