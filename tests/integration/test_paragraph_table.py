"""Paragraphs and notes in the table, and in memory: the same promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.adapters.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.table import Table
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import Revision
from annual_review.domain.letter_paragraphs import LetterParagraphs, Proposal
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import Origin, Signed
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import ConflictError, PortError, RefusedError
from annual_review.services.own_performance import (
    LoadedNote,
    Note,
    ParagraphsChangedError,
    ParagraphStore,
)
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR
from tests.integration.faults import FaultyClient, a_time_out, after, an_error, before
from tests.integration.world import TABLE, World

ANN = Signed("Ann", NOON.astimezone(ZoneInfo("Europe/London")))


def some(authority: str = ROCHFORD, revision: int = 1) -> LetterParagraphs:
    """Build paragraphs with every kind of change in their history."""
    letter = LetterParagraphs(YEAR, Revision(revision), AuthorityCode(authority))
    late = Proposal(Family.LATE_REMEDIES, Origin.FIGURES, "1 late.", "figures", "late_remedies")
    note = Proposal(Family.LATE_ANSWERS, Origin.NOTE, "Sloẃ “answers”.", "the data team")
    return (
        letter.proposed([late, note], ANN.at)
        .changed("late_remedies", lambda each: each.edited("Late.", ANN))
        .changed("note-1", lambda each: each.removed("not fair", ANN))
        .added(Family.OMBUDSMAN_NOT_NAMED, "No leaflet.", ANN)
    )


def a_note(text: str = "Slow.", authority: str = ROCHFORD, place: int = 0) -> LoadedNote:
    note = Note(AuthorityCode(authority), Family.LATE_ANSWERS, text)
    return LoadedNote(note, "Ann", ANN.at, place)


def in_the_table(client: FaultyClient) -> DynamoDBParagraphStore:
    faulty: Any = client
    return DynamoDBParagraphStore(Table(faulty, TABLE))


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest, world: World) -> ParagraphStore:
    in_memory = request.param == "memory"
    return InMemoryParagraphStore() if in_memory else DynamoDBParagraphStore(world.table)


class TestParagraphs:
    def test_they_come_back_as_they_were_kept_with_the_next_version(
        self, store: ParagraphStore
    ) -> None:
        kept = store.put(some())

        assert kept == replace(some(), version=1)
        assert store.get(YEAR, Revision(1), ROCHFORD) == kept

    def test_a_letter_without_any_has_none(self, store: ParagraphStore) -> None:
        store.put(some())

        assert store.get(YEAR, Revision(2), ROCHFORD) is None
        assert store.get(YEAR, Revision(1), OTHER_DISTRICT) is None

    def test_those_of_a_year_come_by_revision_and_code(self, store: ParagraphStore) -> None:
        for letter in (some(revision=10), some(revision=2), some(OTHER_DISTRICT), some()):
            store.put(letter)
        store.put(replace(some(), year=ReportingYear(2019)))

        found = [(each.revision, each.authority) for each in store.of_year(YEAR)]

        assert found == [(1, ROCHFORD), (1, OTHER_DISTRICT), (2, ROCHFORD), (10, ROCHFORD)]

    @pytest.mark.parametrize("version", [0, 2, 9])
    def test_another_version_than_the_one_there_is_refused(
        self, store: ParagraphStore, version: int
    ) -> None:
        kept = store.put(some())

        with pytest.raises(ParagraphsChangedError) as raised:
            store.put(replace(some(), version=version, paragraphs=()))

        assert isinstance(raised.value, ConflictError)
        assert store.get(YEAR, Revision(1), ROCHFORD) == kept

    def test_a_version_of_what_is_not_there_is_refused(self, store: ParagraphStore) -> None:
        with pytest.raises(ParagraphsChangedError):
            store.put(replace(some(), version=1))

    def test_what_is_printed_is_noted_beside_and_changes_no_version(
        self, store: ParagraphStore
    ) -> None:
        kept = store.put(some())

        store.mark_printed(kept, ("Late.", "No leaflet."))
        store.mark_printed(kept, ())

        assert store.get(YEAR, Revision(1), ROCHFORD) == replace(kept, printed=())

    @pytest.mark.parametrize("is_there", [True, False])
    def test_what_is_printed_of_another_version_is_not_noted(
        self, store: ParagraphStore, *, is_there: bool
    ) -> None:
        kept = store.put(some()) if is_there else some()

        with pytest.raises(ParagraphsChangedError):
            store.mark_printed(replace(kept, version=2), ("Late.",))

        assert store.get(YEAR, Revision(1), ROCHFORD) == (kept if is_there else None)

    def test_the_latest_revision_of_each_says_whether_it_is_reviewed(
        self, store: ParagraphStore
    ) -> None:
        unreviewed = LetterParagraphs(YEAR, Revision(1), ROCHFORD).proposed(
            [Proposal(Family.LATE_ANSWERS, Origin.NOTE, "Slow.", "Ann")], NOON
        )
        store.put(unreviewed)
        assert store.unreviewed(YEAR) == {ROCHFORD}

        reviewed = store.put(some(revision=2))
        store.mark_printed(reviewed, reviewed.texts(with_unreviewed=True))
        assert store.unreviewed(YEAR) == frozenset()


class TestNotes:
    def test_they_come_back_in_the_order_of_their_loading(self, store: ParagraphStore) -> None:
        later = replace(a_note("A."), at=ANN.at + timedelta(seconds=1))
        notes = [a_note("C.", place=0), a_note("B.", place=1), later]
        for each in (notes[2], notes[1], notes[0]):
            assert store.add_note(YEAR, each)
        store.add_note(YEAR, a_note(authority=OTHER_DISTRICT))
        store.add_note(ReportingYear(2019), a_note("D."))

        assert list(store.notes(YEAR, ROCHFORD)) == notes

    def test_the_same_note_is_kept_once_whoever_loads_it(self, store: ParagraphStore) -> None:
        store.add_note(YEAR, a_note())

        assert not store.add_note(YEAR, replace(a_note(), by="Ben", place=7))
        assert store.add_note(YEAR, a_note("slow."))

        assert [each.by for each in store.notes(YEAR, ROCHFORD)] == ["Ann", "Ann"]


class TestTheTable:
    def test_a_lost_answer_is_no_conflict_with_oneself(self, world: World) -> None:
        """Botocore repeats the request, and finds what it wrote itself."""
        store = DynamoDBParagraphStore(world.table)
        store.put(some())
        kept = store.put(replace(some(), version=1))

        assert store.put(replace(some(), version=1)) == kept

    def test_a_write_that_fails_says_so(self, world: World) -> None:
        refusing = FaultyClient(
            world.table.client,
            put_item=[before(an_error("AccessDeniedException"))],
            update_item=[before(an_error("AccessDeniedException"))],
        )
        with pytest.raises(RefusedError):
            in_the_table(refusing).put(some())
        with pytest.raises(RefusedError):
            in_the_table(refusing).mark_printed(replace(some(), version=1), ())

    def test_a_note_whose_answer_was_lost_is_there(self, world: World) -> None:
        client = FaultyClient(world.table.client, put_item=[after(a_time_out())])
        with pytest.raises(PortError):
            in_the_table(client).add_note(YEAR, a_note())

        assert DynamoDBParagraphStore(world.table).notes(YEAR, ROCHFORD) == [a_note()]

    def test_times_keep_their_place(self, world: World) -> None:
        store = DynamoDBParagraphStore(world.table)
        store.put(some())

        read = store.get(YEAR, Revision(1), ROCHFORD)

        assert read is not None
        at = read.paragraphs[0].history[0].at
        assert at.utcoffset() == timedelta(hours=1)
