from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.errors import MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import Event, Letter, LetterMovedError, Move
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id
from tests.integration.contract.stores import Stores, moved_away_and_back

S = LetterState
TO = (EmailAddress("chief@x.example"), EmailAddress("link@x.example"))
CLAIM = Move(S.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)


def planned(stores: Stores, letter: Letter) -> Letter:
    assert stores.letters.plan(letter)
    return letter


class TestPlanning:
    def test_a_letter_comes_back_as_it_was_planned(self, stores: Stores) -> None:
        london = NOON.astimezone(ZoneInfo("Europe/London"))
        letter = replace(
            a_letter(S.PREPARED, at=london, figures_sha256="f", message_sha256="m"),
            message_id="mail-1",
            attempts=2,
            approved_sha256="m",
            recipients=TO,
            sent_to=TO[0],
        )

        planned(stores, letter)

        read = stores.letters.get(letter.id)
        assert read == letter
        assert read.since.utcoffset() == timedelta(hours=1)

    def test_what_a_line_of_the_history_means_comes_back(self, stores: Stores) -> None:
        reports = [
            NotedReport(event, "Transient General", is_about_copies=is_about_copies)
            for event in MailEvent
            for is_about_copies in (False, True)
        ]
        lines = (
            *(Event(NOON, S.CLAIMED, "for a test", kind) for kind in EventKind),
            *(Event(NOON, S.CLAIMED, "a report", EventKind.REPORTED, each) for each in reports),
        )
        first, *more = lines
        letter = planned(stores, replace(a_letter(S.CLAIMED), history=(first,)))

        for line in more:
            move = Move(line.state, line.at, line.why, kind=line.kind, report=line.report)
            letter = stores.letters.move(letter, move)

        assert stores.letters.get(letter.id).history == lines

    def test_a_letter_is_planned_once(self, stores: Stores) -> None:
        first = planned(stores, a_letter(figures_sha256="first"))

        assert not stores.letters.plan(a_letter(figures_sha256="second"))

        assert stores.letters.get(first.id) == first

    def test_those_of_a_year_come_by_revision_code_and_dispatch(self, stores: Stores) -> None:
        ids = [
            replace(a_letter_id(code, revision=revision), dispatch=dispatch)
            for revision in (1, 2, 10)
            for code in (ROCHFORD, OTHER_DISTRICT)
            for dispatch in (Dispatch(1), Dispatch(2))
        ]
        for each in reversed(ids):
            planned(stores, replace(a_letter(), id=each))
        planned(stores, replace(a_letter(), id=replace(a_letter_id(), year=ReportingYear(2021))))
        stores.closes.add(Close(YEAR, Revision(1), "sha", NOON))

        assert [letter.id for letter in stores.letters.of_year(YEAR)] == ids

    def test_a_letter_that_is_not_there_is_missing(self, stores: Stores) -> None:
        with pytest.raises(MissingError, match="2020-1-E07000075"):
            stores.letters.get(a_letter_id())
        with pytest.raises(MissingError, match="2020-1-E07000075"):
            stores.letters.move(a_letter(), CLAIM)


class TestMoving:
    def test_a_move_changes_what_it_names_and_adds_a_line_and_a_version(
        self, stores: Stores
    ) -> None:
        letter = planned(stores, replace(a_letter(S.PLANNED), approved_sha256="old"))
        at = NOON + timedelta(hours=1)
        rendered = Move(S.PREPARED, at, "rendered", "m", "mail-1", TO)
        move = replace(rendered, counts_as_attempt=True, withdraws_approval=True)

        moved = stores.letters.move(letter, move)

        assert moved == replace(
            letter,
            state=S.PREPARED,
            message_sha256="m",
            message_id="mail-1",
            recipients=TO,
            approved_sha256=None,
            attempts=1,
            history=(*letter.history, Event(at, S.PREPARED, "rendered")),
            version=2,
        )
        assert stores.letters.get(letter.id) == moved

    def test_what_a_move_does_not_name_stays(self, stores: Stores) -> None:
        known = replace(
            a_letter(S.ACCEPTED, message_sha256="m"),
            message_id="mail-1",
            attempts=1,
            recipients=TO,
            approved_sha256="m",
        )
        letter = planned(stores, known)

        noted = stores.letters.move(letter, Move.note(letter, NOON, "asked"))

        assert noted == replace(
            known, history=(*known.history, Event(NOON, S.ACCEPTED, "asked")), version=2
        )

    def test_a_letter_that_was_changed_since_it_was_read_is_left_whatever_its_state_is_again(
        self, stores: Stores
    ) -> None:
        read = planned(stores, a_letter(S.APPROVED))
        now = moved_away_and_back(stores.letters, read)

        with pytest.raises(LetterMovedError) as caught:
            stores.letters.move(read, CLAIM)

        assert caught.value.letter == stores.letters.get(read.id) == now


class TestTheNextDispatch:
    NEXT = replace(a_letter(), id=replace(a_letter_id(), dispatch=Dispatch(2)))

    def test_it_is_planned_and_noted_in_the_last_one(self, stores: Stores) -> None:
        last = planned(stores, a_letter(S.BOUNCED))
        noted = Move.note(last, NOON, "sent again")

        assert stores.letters.plan_next(self.NEXT, last, noted)

        assert stores.letters.get(self.NEXT.id) == self.NEXT
        assert stores.letters.get(last.id) == noted.applied_to(last)

    def test_of_a_last_one_that_was_changed_since_none_is_planned(self, stores: Stores) -> None:
        read = planned(stores, a_letter(S.BOUNCED))
        now = moved_away_and_back(stores.letters, read)

        assert not stores.letters.plan_next(self.NEXT, read, Move.note(read, NOON, "sent again"))

        assert list(stores.letters.of_year(YEAR)) == [now]

    def test_where_it_is_there_already_nothing_is_noted(self, stores: Stores) -> None:
        last = planned(stores, a_letter(S.BOUNCED))
        there = planned(stores, replace(self.NEXT, state=S.HELD))

        assert not stores.letters.plan_next(self.NEXT, last, Move.note(last, NOON, "sent again"))

        assert list(stores.letters.of_year(YEAR)) == [last, there]
