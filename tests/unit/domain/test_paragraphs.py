"""One paragraph: what people make of it, and what is remembered of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.letters import Act
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import (
    LONGEST_TEXT,
    ChangeKind,
    Origin,
    Paragraph,
    ParagraphChange,
    ParagraphError,
    Status,
    checked_text,
)
from tests.builders import NOON

ANN = Act("Ann", NOON)
BEN = Act("Ben", NOON + timedelta(hours=1))
TEXT = "In 1 case a remedy came late."


def a_paragraph(status: Status = Status.PROPOSED, text: str = TEXT) -> Paragraph:
    family, origin = Family.LATE_REMEDIES, Origin.FIGURES
    return Paragraph("late_remedies", family, origin, TEXT, text, status, ())


def a_proposal() -> Paragraph:
    """Return one with the first line of its history."""
    proposed = ParagraphChange(ChangeKind.PROPOSED, "figures of revision 1", NOON, None, TEXT)
    return replace(a_paragraph(), history=(proposed,))


def test_a_proposal_is_printed_and_not_reviewed() -> None:
    paragraph = a_paragraph()

    assert paragraph.printed == TEXT
    assert not paragraph.is_reviewed


def test_keeping_leaves_the_text_and_remembers_who() -> None:
    kept = a_paragraph().kept(ANN)

    assert (kept.status, kept.text) == (Status.KEPT, TEXT)
    assert kept.history == (ParagraphChange(ChangeKind.KEPT, "Ann", NOON, TEXT, TEXT),)


def test_editing_remembers_both_texts() -> None:
    edited = a_paragraph().edited("  It came\n late. ", BEN)

    assert (edited.status, edited.text, edited.proposed) == (Status.EDITED, "It came late.", TEXT)
    assert edited.history == (
        ParagraphChange(ChangeKind.EDITED, "Ben", BEN.at, TEXT, "It came late."),
    )


def test_editing_to_the_same_text_is_keeping() -> None:
    assert a_paragraph().edited(TEXT, ANN).status is Status.KEPT


def test_removing_takes_it_out_of_the_letter_with_a_reason_and_keeps_its_text() -> None:
    removed = a_paragraph().removed("told by telephone", ANN)

    assert (removed.printed, removed.text) == (None, TEXT)
    assert removed.history == (
        ParagraphChange(ChangeKind.REMOVED, "Ann", NOON, TEXT, None, "told by telephone"),
    )


def test_what_was_removed_comes_back_with_its_last_text() -> None:
    back = a_paragraph(Status.EDITED, "Better.").removed("too hard", ANN).kept(BEN)

    assert (back.status, back.printed) == (Status.EDITED, "Better.")
    assert [each.after for each in back.history] == [None, "Better."]


@pytest.mark.parametrize("status", [Status.KEPT, Status.EDITED])
def test_what_is_reviewed_is_not_kept_twice(status: Status) -> None:
    paragraph = a_paragraph(status)

    assert paragraph.kept(BEN) is paragraph


def test_what_is_removed_is_not_removed_twice() -> None:
    paragraph = a_paragraph(Status.REMOVED)

    assert paragraph.removed("again", BEN) is paragraph
    assert paragraph.withdrawn(BEN, "again") is paragraph


changes = st.lists(
    st.one_of(
        st.just(lambda each: each.kept(ANN)),
        st.sampled_from(["A.", "B.", TEXT]).map(lambda text: lambda each: each.edited(text, BEN)),
        st.just(lambda each: each.removed("why not", ANN)),
    )
)


@given(changes)
def test_the_history_leads_from_the_proposal_to_the_present(steps: list[object]) -> None:
    paragraph = a_paragraph()
    for step in steps:
        paragraph = step(paragraph)  # type: ignore[operator]

    before: str | None = TEXT
    for change in paragraph.history:
        assert change.before == before
        before = change.after
    assert before == paragraph.printed
    assert paragraph.is_reviewed == bool(steps)


@given(changes)
def test_decisions_are_undone_one_by_one_back_to_the_proposal(steps: list[object]) -> None:
    states = [a_proposal()]
    for step in steps:
        if (then := step(states[-1])) != states[-1]:  # type: ignore[operator]
            states.append(then)

    paragraph = states[-1]
    for before in states[-2::-1]:
        paragraph = paragraph.undone(BEN)
        assert (paragraph.status, paragraph.text) == (before.status, before.text)
        assert paragraph.standing == before.history
        assert paragraph.history[-1].after == before.printed
    with pytest.raises(ParagraphError, match="nothing to undo"):
        paragraph.undone(BEN)


def test_what_was_undone_is_remembered_with_who_had_decided_it() -> None:
    undone = a_proposal().edited("Mine.", ANN).kept(BEN).removed("too hard", ANN).undone(BEN)

    assert (undone.status, undone.text) == (Status.EDITED, "Mine.")
    assert undone.history[-1] == ParagraphChange(
        ChangeKind.UNDONE, "Ben", BEN.at, None, "Mine.", "removed by Ann"
    )


def test_a_paragraph_that_came_back_and_was_undone_is_withdrawn_again() -> None:
    withdrawn = a_proposal().withdrawn(ANN, "the note was taken back")
    assert withdrawn.kept(BEN).undone(BEN).is_withdrawn


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("One.\n\nTwo.", "one paragraph at a time"),
        ("x" * (LONGEST_TEXT + 1), "1201 characters"),
        ("zero\u200bwidth", r"U\+200B"),
        ("bell\x07", r"U\+0007"),
    ],
)
def test_a_text_that_cannot_be_one_paragraph_is_refused(text: str, what: str) -> None:
    with pytest.raises(ParagraphError, match=what):
        checked_text(text)


def test_a_text_is_composed_and_on_one_line() -> None:
    assert checked_text(" Cafe\u0301\r\n  is   {{ closed }} ") == "Café is {{ closed }}"


@given(st.text())
def test_a_text_that_was_checked_passes_again_unchanged(text: str) -> None:
    try:
        checked = checked_text(text)
    except ParagraphError:
        return

    assert checked_text(checked) == checked
