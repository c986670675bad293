from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs, ParagraphProposal
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import (
    Origin,
)
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import Letter, LetterMovedError, Move
from annual_review.services.letters.own_performance import LoadedNote, Note, ParagraphsChangedError
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id
from tests.integration.contract.stores import Stores, moved_away_and_back

S = LetterState
ANN = Act("Ann", NOON.astimezone(ZoneInfo("Europe/London")))
BEN = replace(ANN, by="Ben")
BACK = Move(S.PLANNED, NOON, "changed by Ann", withdraws_approval=True)


def some(authority: str = ROCHFORD, revision: int = 1) -> LetterParagraphs:
    """Build paragraphs with every kind of change in their history."""
    letter = LetterParagraphs(YEAR, Revision(revision), AuthorityCode(authority))
    late = ParagraphProposal(
        Family.LATE_REMEDIES, Origin.FIGURES, "1 late.", "figures", "late_remedies"
    )
    note = ParagraphProposal(Family.LATE_ANSWERS, Origin.NOTE, "Sloẃ “answers”.", "the data team")
    return (
        letter.proposed([late, note], ANN.at)
        .changed("late_remedies", lambda each: each.edited("Late.", ANN))
        .changed("note-1", lambda each: each.removed("not fair", ANN))
        .added(Family.OMBUDSMAN_NOT_NAMED, "No leaflet.", ANN)
    )


def a_note(
    text: str = "Slow.", authority: str = ROCHFORD, *, place: int = 0, at: datetime = ANN.at
) -> LoadedNote:
    note = Note(AuthorityCode(authority), Family.LATE_ANSWERS, text)
    return LoadedNote(note, "Ann", at, place)


def a_letter_there(stores: Stores, authority: str = ROCHFORD, revision: int = 1) -> Letter:
    approved = a_letter(S.APPROVED, message_sha256="m")
    letter = replace(approved, id=a_letter_id(authority, revision=revision), approved_sha256="m")
    stores.letters.plan(letter)
    return letter


class TestParagraphs:
    def test_they_are_kept_with_their_next_version_and_their_letter_moves(
        self, stores: Stores
    ) -> None:
        letter = a_letter_there(stores)

        kept = stores.paragraphs.put(some(), letter, BACK)

        assert kept == replace(some(), version=1)
        read = stores.paragraphs.get(YEAR, Revision(1), ROCHFORD)
        assert read == kept
        assert read.paragraphs[0].history[0].at.utcoffset() == timedelta(hours=1)
        assert stores.letters.get(letter.id) == BACK.applied_to(letter)

    def test_those_of_a_year_come_by_revision_and_code(self, stores: Stores) -> None:
        for code, revision in ((ROCHFORD, 10), (ROCHFORD, 2), (OTHER_DISTRICT, 1), (ROCHFORD, 1)):
            letter = a_letter_there(stores, code, revision)
            stores.paragraphs.put(some(code, revision), letter, BACK)

        found = [(each.revision, each.authority) for each in stores.paragraphs.of_year(YEAR)]

        assert found == [(1, ROCHFORD), (1, OTHER_DISTRICT), (2, ROCHFORD), (10, ROCHFORD)]
        assert list(stores.paragraphs.of_year(ReportingYear(2021))) == []
        assert stores.paragraphs.get(YEAR, Revision(2), OTHER_DISTRICT) is None

    @pytest.mark.parametrize("version", [0, 1, 9])
    def test_another_version_is_refused_though_it_reads_the_same_and_the_letter_stays(
        self, stores: Stores, version: int
    ) -> None:
        letter = a_letter_there(stores)
        first = stores.paragraphs.put(some(), letter, BACK)
        emptied = replace(first, paragraphs=())
        second = stores.paragraphs.put(emptied, stores.letters.get(letter.id), BACK)
        again = replace(second, paragraphs=first.paragraphs)
        third = stores.paragraphs.put(again, stores.letters.get(letter.id), BACK)
        now = stores.letters.get(letter.id)

        with pytest.raises(ParagraphsChangedError) as raised:
            stores.paragraphs.put(replace(emptied, version=version), now, BACK)

        assert isinstance(raised.value, ConflictError)
        assert stores.paragraphs.get(YEAR, Revision(1), ROCHFORD) == third
        assert stores.letters.get(letter.id) == now

    def test_a_version_of_what_is_not_there_is_refused(self, stores: Stores) -> None:
        letter = a_letter_there(stores)

        with pytest.raises(ParagraphsChangedError):
            stores.paragraphs.put(replace(some(), version=1), letter, BACK)

    def test_where_the_letter_was_changed_since_it_was_read_none_are_kept(
        self, stores: Stores
    ) -> None:
        read = a_letter_there(stores)
        now = moved_away_and_back(stores.letters, read)

        with pytest.raises(LetterMovedError) as caught:
            stores.paragraphs.put(some(), read, BACK)

        assert caught.value.letter == stores.letters.get(read.id) == now
        assert stores.paragraphs.get(YEAR, Revision(1), ROCHFORD) is None


class TestNotes:
    def test_they_come_back_in_the_order_of_their_loading(self, stores: Stores) -> None:
        notes = [a_note("C."), a_note("B.", place=1), a_note("A.", at=ANN.at + timedelta(1))]
        for each in reversed(notes):
            assert stores.paragraphs.add_note(YEAR, each, None)
        stores.paragraphs.add_note(YEAR, a_note(authority=OTHER_DISTRICT), None)
        stores.paragraphs.add_note(ReportingYear(2019), a_note("D."), None)

        assert list(stores.paragraphs.notes(YEAR, ROCHFORD)) == notes

    def test_a_note_moves_the_letter_that_it_is_for(self, stores: Stores) -> None:
        letter = a_letter_there(stores)

        assert stores.paragraphs.add_note(YEAR, a_note(), (letter, BACK))

        assert stores.letters.get(letter.id) == BACK.applied_to(letter)

    def test_the_same_note_is_kept_once_whoever_loads_it_and_moves_no_letter(
        self, stores: Stores
    ) -> None:
        stores.paragraphs.add_note(YEAR, a_note(), None)
        letter = a_letter_there(stores)

        by_ben = replace(a_note(), by="Ben", place=7)
        assert not stores.paragraphs.add_note(YEAR, by_ben, (letter, BACK))

        assert [each.by for each in stores.paragraphs.notes(YEAR, ROCHFORD)] == ["Ann"]
        assert stores.letters.get(letter.id) == letter

    def test_where_the_letter_was_changed_since_it_was_read_no_note_is_kept(
        self, stores: Stores
    ) -> None:
        read = a_letter_there(stores)
        now = moved_away_and_back(stores.letters, read)

        with pytest.raises(LetterMovedError) as caught:
            stores.paragraphs.add_note(YEAR, a_note(), (read, BACK))

        assert caught.value.letter == stores.letters.get(read.id) == now
        assert list(stores.paragraphs.notes(YEAR, ROCHFORD)) == []

    def test_where_a_letter_was_planned_meanwhile_no_note_is_kept_without_it(
        self, stores: Stores
    ) -> None:
        letter = a_letter_there(stores)

        with pytest.raises(LetterMovedError) as caught:
            stores.paragraphs.add_note(YEAR, a_note(), None)

        assert caught.value.letter == letter
        assert list(stores.paragraphs.notes(YEAR, ROCHFORD)) == []

    def test_one_that_is_taken_back_stays_known_and_moves_its_letter(self, stores: Stores) -> None:
        stores.paragraphs.add_note(YEAR, a_note(), None)
        letter = a_letter_there(stores)

        assert stores.paragraphs.take_note_back(YEAR, a_note(), ANN, (letter, BACK))
        assert not stores.paragraphs.take_note_back(YEAR, a_note(), BEN, None)

        assert list(stores.paragraphs.notes(YEAR, ROCHFORD)) == [replace(a_note(), taken_back=ANN)]
        assert stores.letters.get(letter.id) == BACK.applied_to(letter)

    def test_one_that_was_taken_back_can_be_loaded_once_more(self, stores: Stores) -> None:
        stores.paragraphs.add_note(YEAR, a_note(), None)
        stores.paragraphs.take_note_back(YEAR, a_note(), ANN, None)
        again = a_note(at=ANN.at + timedelta(1))

        assert stores.paragraphs.add_note(YEAR, again, None)

        assert list(stores.paragraphs.notes(YEAR, ROCHFORD)) == [again]
        assert not stores.paragraphs.take_note_back(YEAR, a_note(), ANN, None)

    def test_where_its_letter_was_changed_since_a_note_is_not_taken_back(
        self, stores: Stores
    ) -> None:
        stores.paragraphs.add_note(YEAR, a_note(), None)
        read = a_letter_there(stores)
        moved_away_and_back(stores.letters, read)

        for letter in ((read, BACK), None):
            with pytest.raises(LetterMovedError):
                stores.paragraphs.take_note_back(YEAR, a_note(), ANN, letter)

        assert list(stores.paragraphs.notes(YEAR, ROCHFORD)) == [a_note()]

    def test_those_of_a_year_come_by_authority(self, stores: Stores) -> None:
        notes = [a_note(), a_note("Late."), a_note(authority=OTHER_DISTRICT)]
        for each in reversed(notes):
            stores.paragraphs.add_note(YEAR, each, None)

        found = [each.note.authority for each in stores.paragraphs.notes_of_year(YEAR)]

        assert found == sorted([ROCHFORD, ROCHFORD, OTHER_DISTRICT])
        assert list(stores.paragraphs.notes_of_year(ReportingYear(2021))) == []
