"""The paragraphs of a letter: proposals come and come again, and never over what was reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.letter_paragraphs import LetterParagraphs, ParagraphProposal
from annual_review.domain.letters import Act
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import (
    ChangeKind,
    Origin,
    ParagraphError,
    Status,
)
from annual_review.domain.reporting_year import Revision
from tests.builders import NOON, ROCHFORD, YEAR

ANN = Act("Ann", NOON)
LATER = NOON + timedelta(days=1)
NONE = LetterParagraphs(YEAR, Revision(1), ROCHFORD)


def from_figures(text: str = "1 late.", key: str = "late_remedies") -> ParagraphProposal:
    return ParagraphProposal(
        Family.LATE_REMEDIES, Origin.FIGURES, text, "figures of revision 1", key
    )


def a_note(text: str = "Slow answers.", family: Family = Family.LATE_ANSWERS) -> ParagraphProposal:
    return ParagraphProposal(family, Origin.NOTE, text, "the data team")


def texts(paragraphs: LetterParagraphs) -> list[str]:
    return list(paragraphs.texts(with_unreviewed=True))


def test_proposals_become_paragraphs_that_nobody_has_reviewed() -> None:
    letter = NONE.proposed([from_figures(), a_note()], NOON)

    assert [each.id for each in letter.in_order] == ["note-1", "late_remedies"]
    assert {each.status for each in letter.paragraphs} == {Status.PROPOSED}
    assert letter.get("note-1").history[0].by == "the data team"
    assert letter.unreviewed == letter.in_order


def test_the_same_proposals_again_change_nothing() -> None:
    letter = NONE.proposed([from_figures(), a_note()], NOON)

    assert letter.proposed([a_note(), from_figures()], LATER) == letter


def test_a_note_stands_beside_what_the_figures_say_and_takes_no_ones_place() -> None:
    note = a_note("The highways team was slow.", Family.LATE_REMEDIES)

    letter = NONE.proposed([note, from_figures()], NOON)

    assert texts(letter) == ["1 late.", "The highways team was slow."]


def test_a_proposal_in_new_words_replaces_one_that_nobody_has_reviewed() -> None:
    letter = NONE.proposed([from_figures()], NOON).proposed([from_figures("One late.")], LATER)

    (paragraph,) = letter.paragraphs
    assert (paragraph.text, paragraph.status) == ("One late.", Status.PROPOSED)
    assert [each.after for each in paragraph.history] == ["1 late.", "One late."]


@pytest.mark.parametrize("status", [Status.KEPT, Status.EDITED, Status.REMOVED])
def test_a_proposal_in_new_words_leaves_what_a_person_reviewed(status: Status) -> None:
    letter = NONE.proposed([from_figures()], NOON)
    reviewed = letter.changed("late_remedies", lambda each: replace(each, status=status))

    assert reviewed.proposed([from_figures("One late.")], LATER) == reviewed


def test_a_note_that_comes_later_joins_and_the_reviewed_ones_stay() -> None:
    letter = NONE.proposed([a_note()], NOON).changed("note-1", lambda each: each.edited("A.", ANN))

    joined = letter.proposed([a_note(), a_note("No leaflet.")], LATER)

    assert [(each.id, each.status) for each in joined.paragraphs] == [
        ("note-1", Status.EDITED),
        ("note-2", Status.PROPOSED),
    ]


def test_a_persons_own_paragraph_is_reviewed_and_stands_last_of_its_family() -> None:
    letter = NONE.added(Family.LATE_REMEDIES, "Mine.", ANN)
    letter = letter.added(Family.LATE_ANSWERS, "First.", ANN).proposed([from_figures()], NOON)

    assert [each.id for each in letter.in_order] == ["added-2", "late_remedies", "added-1"]
    assert [each.id for each in letter.unreviewed] == ["late_remedies"]


def test_nothing_that_was_not_reviewed_is_printed_where_that_is_asked_for() -> None:
    letter = NONE.proposed([from_figures(), a_note()], NOON)
    letter = letter.changed("note-1", lambda each: each.kept(ANN))

    assert letter.texts(with_unreviewed=False) == ("Slow answers.",)
    assert letter.texts(with_unreviewed=True) == ("Slow answers.", "1 late.")


def test_an_unknown_id_is_refused_with_those_there_are() -> None:
    letter = NONE.proposed([from_figures(), a_note()], NOON)

    with pytest.raises(ParagraphError, match="no paragraph x; there are: note-1, late_remedies"):
        letter.changed("x", lambda each: each)
    with pytest.raises(ParagraphError, match="there are: none"):
        NONE.get("x")


class TestALaterRevision:
    """The paragraphs of the letter before, under new figures."""

    def reviewed(self) -> LetterParagraphs:
        letter = NONE.proposed([from_figures(), a_note()], NOON)
        letter = letter.changed("late_remedies", lambda each: each.edited("Mine.", ANN))
        return replace(letter, version=4)

    def test_what_the_figures_say_in_the_same_words_keeps_its_review(self) -> None:
        carried = self.reviewed().carried_over(Revision(2), [from_figures()], LATER)

        assert (carried.revision, carried.version) == (2, 0)
        assert carried.paragraphs == self.reviewed().paragraphs

    def test_what_they_say_in_other_words_is_to_be_reviewed_again(self) -> None:
        carried = self.reviewed().carried_over(Revision(2), [from_figures("2 late.")], LATER)

        paragraph = carried.get("late_remedies")
        assert (paragraph.text, paragraph.status) == ("2 late.", Status.PROPOSED)
        assert (paragraph.history[-1].before, paragraph.history[-1].after) == ("Mine.", "2 late.")
        assert "revision 2" in paragraph.history[-1].why

    def test_what_they_no_longer_say_is_withdrawn(self) -> None:
        carried = self.reviewed().carried_over(Revision(2), [], LATER)

        paragraph = carried.get("late_remedies")
        assert paragraph.printed is None
        assert paragraph.history[-1].what is ChangeKind.WITHDRAWN

    def test_notes_and_what_people_wrote_stay_as_they_are(self) -> None:
        letter = self.reviewed().added(Family.EARLIER_YEARS, "Again.", ANN)

        carried = letter.carried_over(Revision(2), [], LATER)

        assert carried.get("note-1") == letter.get("note-1")
        assert carried.get("added-1") == letter.get("added-1")


proposals = st.lists(
    st.one_of(
        st.builds(from_figures, st.sampled_from("abc"), st.sampled_from(["late", "not"])),
        st.builds(a_note, st.sampled_from("abc")),
    ),
    max_size=4,
)


@given(st.lists(st.tuples(proposals, st.sets(st.integers(0, 5)))))
def test_whatever_is_proposed_nothing_a_person_decided_ever_changes(
    rounds: list[tuple[list[ParagraphProposal], set[int]]],
) -> None:
    letter = NONE
    for proposed, chosen in rounds:
        reviewed = {each.id: each for each in letter.paragraphs if each.is_reviewed}
        letter = letter.proposed(proposed, NOON)
        for id_, paragraph in reviewed.items():
            assert letter.get(id_) == paragraph
        for place in chosen & set(range(len(letter.paragraphs))):
            id_ = letter.paragraphs[place].id
            letter = letter.changed(id_, lambda each: each.removed("no", ANN))
    assert len({each.id for each in letter.paragraphs}) == len(letter.paragraphs)
