"""The adapters in memory keep the promises of their ports, as the table does."""

from __future__ import annotations

import pytest

from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.adapters.memory.letters import (
    InMemoryCloseStore,
    InMemoryLetterQueue,
    InMemoryLetterStore,
)
from annual_review.adapters.memory.mail import InMemoryOutbox
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import TallyKey, tally_of
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import LetterMovedError, Move
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    COUNTY,
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter,
    a_letter_id,
    a_recipient,
    a_register,
    a_withdrawal,
    an_upheld_decision,
)

S = LetterState
HERE = TallyKey(ROCHFORD, YEAR)
FIRST, SECOND = an_upheld_decision("1"), an_upheld_decision("2")


class TestCases:
    def test_a_change_is_written_whole(self) -> None:
        store = InMemoryCaseStore()

        store.commit(CaseChange((CaseWrite(FIRST, None), CaseWrite(SECOND, None))))

        assert store.load([FIRST.key, SECOND.key]) == {FIRST.key: FIRST, SECOND.key: SECOND}
        assert store.tallies([HERE]) == tally_of([FIRST, SECOND])
        assert store.of_tally(HERE) == (FIRST, SECOND)

    @pytest.mark.parametrize(
        "late",
        [
            CaseWrite(FIRST, None),
            CaseWrite(a_withdrawal("1", version=3), a_withdrawal("1", version=2)),
        ],
        ids=["thought to be new", "thought to be of another version"],
    )
    def test_a_change_from_a_state_that_moved_on_is_refused_whole(self, late: CaseWrite) -> None:
        store = InMemoryCaseStore()
        store.commit(CaseChange((CaseWrite(FIRST, None),)))

        with pytest.raises(ConflictError):
            store.commit(CaseChange((CaseWrite(SECOND, None), late)))

        assert store.load([FIRST.key, SECOND.key]) == {FIRST.key: FIRST}
        assert store.tallies([HERE]) == tally_of([FIRST])

    def test_a_correction_moves_a_case_to_the_list_of_another_tally(self) -> None:
        store = InMemoryCaseStore()
        corrected = an_upheld_decision("1", version=2, authority=COUNTY)
        store.commit(CaseChange((CaseWrite(FIRST, None),)))

        store.commit(CaseChange((CaseWrite(corrected, FIRST),)))

        assert store.of_tally(HERE) == ()
        assert store.of_tally(TallyKey(COUNTY, YEAR)) == (corrected,)

    def test_a_withdrawn_case_is_on_no_list(self) -> None:
        store = InMemoryCaseStore()
        store.commit(CaseChange((CaseWrite(FIRST, None),)))

        store.commit(CaseChange((CaseWrite(a_withdrawal("1"), FIRST),)))

        assert store.of_tally(HERE) == ()

    def test_a_tally_that_was_never_written_is_left_out(self) -> None:
        assert InMemoryCaseStore().tallies([HERE]) == {}


class TestLetters:
    def test_a_letter_is_planned_once(self) -> None:
        store = InMemoryLetterStore()

        assert store.plan(a_letter(S.PLANNED))
        assert not store.plan(a_letter(S.HELD))
        assert store.get(a_letter_id()).state is S.PLANNED

    def test_letters_of_a_year_come_by_revision_and_code(self) -> None:
        store = InMemoryLetterStore()
        for code in (COUNTY, ROCHFORD, OTHER_DISTRICT):
            store.plan(a_letter(authority=code))

        assert [letter.id.authority for letter in store.of_year(YEAR)] == [
            ROCHFORD,
            OTHER_DISTRICT,
            COUNTY,
        ]
        assert store.of_year(ReportingYear(2021)) == ()

    def test_a_move_notes_what_it_knows_and_keeps_what_was_known(self) -> None:
        store = InMemoryLetterStore()
        store.plan(letter := a_letter(S.PREPARED, message_sha256="abc"))

        claim = Move(S.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)
        claimed = store.move(letter, claim)

        assert store.get(a_letter_id()) == claimed
        assert (claimed.state, claimed.attempts, claimed.message_sha256) == (S.CLAIMED, 1, "abc")
        assert claimed.history[-1].why == "about to be sent"

    def test_of_two_moves_of_one_letter_as_it_was_read_one_wins(self) -> None:
        store = InMemoryLetterStore()
        store.plan(letter := a_letter(S.PREPARED))
        claim = Move(S.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)
        store.move(letter, claim)

        with pytest.raises(LetterMovedError, match="letter 2020-1-E07000075 is claimed") as late:
            store.move(letter, claim)
        assert late.value.letter.attempts == store.get(a_letter_id()).attempts == 1

    def test_a_letter_that_came_back_to_the_state_it_was_read_in_is_another_one(self) -> None:
        store = InMemoryLetterStore()
        store.plan(letter := a_letter(S.APPROVED))
        store.move(store.move(letter, Move(S.CLAIMED, NOON, "")), Move(S.APPROVED, NOON, "busy"))

        with pytest.raises(LetterMovedError):
            store.move(letter, Move(S.CLAIMED, NOON, "about to be sent"))
        assert store.get(a_letter_id()).state is S.APPROVED

    def test_letters_move_together_or_not_at_all(self) -> None:
        store = InMemoryLetterStore()
        store.plan(first := a_letter())
        store.plan(second := a_letter(authority=COUNTY))
        moved = store.move(second, hold := Move(S.HELD, NOON, ""))

        with pytest.raises(LetterMovedError):
            store.move_all([(first, hold), (second, hold)])
        assert store.of_year(YEAR) == (first, moved)

    def test_a_letter_that_is_not_there_is_missing(self) -> None:
        with pytest.raises(MissingError):
            InMemoryLetterStore().move(a_letter(), Move(S.HELD, NOON, ""))


class TestCloses:
    def test_the_first_close_of_a_revision_stays(self) -> None:
        store = InMemoryCloseStore()
        first = Close(YEAR, Revision(1), "a", NOON)

        assert store.add(first) == first
        assert store.add(Close(YEAR, Revision(1), "b", NOON)) == first
        assert store.latest(YEAR) == first

    def test_the_latest_close_is_that_of_the_highest_revision(self) -> None:
        store = InMemoryCloseStore()
        second = store.add(Close(YEAR, Revision(2), "b", NOON))
        store.add(Close(YEAR, Revision(1), "a", NOON))

        assert store.latest(YEAR) == second
        assert store.latest(ReportingYear(2021)) is None


def test_letters_are_taken_from_a_queue_in_the_order_in_which_they_were_put() -> None:
    queue = InMemoryLetterQueue()
    queue.put([a_letter_id(COUNTY), a_letter_id(ROCHFORD)])

    assert len(queue) == 2
    assert list(queue.take()) == [a_letter_id(COUNTY), a_letter_id(ROCHFORD)]
    assert len(queue) == 0


def test_a_document_is_replaced_by_one_of_the_same_key_and_missing_under_another() -> None:
    documents = InMemoryDocuments()
    documents.put("a", b"1", "text/plain")
    documents.put("a", b"2", "text/plain")

    assert documents.get("a") == b"2"
    with pytest.raises(MissingError, match="no document b"):
        documents.get("b")


def test_the_directory_finds_who_is_in_the_register_and_nobody_else() -> None:
    directory = InMemoryDirectory(a_register(), {ROCHFORD: a_recipient()})

    assert directory.find(ROCHFORD) == directory.register()[ROCHFORD]
    assert directory.find(AuthorityCode("E99999999")) is None
    assert directory.recipients() == {ROCHFORD: a_recipient()}


def test_the_outbox_keeps_every_message_and_names_it() -> None:
    outbox = InMemoryOutbox()

    assert [outbox.send(a_letter_id(), b"1"), outbox.send(a_letter_id(), b"2")] == [
        "outbox-1",
        "outbox-2",
    ]
    assert outbox.messages == [(a_letter_id(), b"1"), (a_letter_id(), b"2")]
