"""The room *Dispatch*: letters released, settled and sent again, in a person's name."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from annual_review.adapters.aws.letter_requests import read_letter_request
from annual_review.adapters.stack import Stack
from annual_review.desk.desk import Desk
from annual_review.domain.letters import Dispatch, LetterId, LetterState
from annual_review.services.dispatch.sending_stops import StopReason
from annual_review.services.letters.letter import Event, Letter, Move
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id
from tests.fakes.mail_account import WELL, FakeMailAccount
from tests.integration.desk.browsing import Person, words_of
from tests.integration.letters import a_prepared_year, prepare
from tests.integration.world import World
from tests.unit.cli.test_review_command import NORTH, rehearse, write_year

S = LetterState
_ROOM: Final = "/2020/dispatch"
_OF_ROCHFORD: Final = f"{_ROOM}/{ROCHFORD}"


@pytest.fixture
def closed(deployed: World) -> World:
    """A year is closed with two letters; one of them is prepared."""
    a_prepared_year(deployed)
    return deployed


@pytest.fixture
def approved(closed: World) -> World:
    """The prepared one is approved."""
    letter = closed.letters.get(a_letter_id())
    move = Move(S.APPROVED, NOON, "approved", approved_sha256=letter.message_sha256)
    closed.letters.move(letter, move)
    return closed


def put(world: World, state: LetterState, why: str = "for a test") -> Letter:
    """Put a letter of another revision there, which counts, in any state."""
    letter = replace(
        a_letter(state, figures_sha256="f", message_sha256="m"),
        id=a_letter_id(revision=2),
        attempts=1,
        history=(Event(NOON, state, why),),
    )
    world.letters.plan(letter)
    return letter


def queued(world: World, queue: str) -> list[LetterId]:
    return [read_letter_request(each["Body"]) for each in world.take(queue)]


def test_what_may_go_is_released_and_what_may_not_is_told(approved: World, ann: Person) -> None:
    assert "Ready to go 1 letter" in ann.read(_ROOM)

    proposed = ann.send(f"{_ROOM}/release")

    assert "1 letter would be released." in words_of(proposed)
    assert "not prepared yet" in words_of(proposed)
    assert queued(approved, "send") == []
    assert "1 letter released." in ann.confirm(proposed)
    assert queued(approved, "send") == [a_letter_id()]


def test_a_release_is_refused_where_letters_would_fail_unless_a_person_passes_over_it(
    approved: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = FakeMailAccount(state=replace(WELL, quota=1, sent=1))
    monkeypatch.setattr(Stack, "mail_account", lambda _stack, _at: few)
    assert "Release although this is not ready" in ann.read(f"{_ROOM}/checks")

    refused = words_of(ann.send(f"{_ROOM}/release"))
    assert "letters would not reach everybody" in refused

    proposed = ann.send(f"{_ROOM}/release", despite="quota")
    assert "Before you go on (1) quota" in words_of(proposed)
    assert "1 letter released." in ann.confirm(proposed)
    assert queued(approved, "send") == [a_letter_id()]


def test_sending_that_was_stopped_goes_on_in_a_name_and_for_a_reason(
    approved: World, ann: Person
) -> None:
    stops = ann.desk.system.sending_stops()
    stops.stop(a_letter_id(), NOON, "SendEmail: MessageRejected", StopReason.UNVERIFIED)
    assert "The sending of 2020 was stopped on 22 July 2020" in ann.read(_ROOM)
    assert "was stopped" in words_of(ann.send(f"{_ROOM}/release"))
    assert "Give a reason" in words_of(ann.send(f"{_ROOM}/release", resume="yes", reason="…"))

    reason = "the domain is verified"
    proposed = ann.send(f"{_ROOM}/release", resume="yes", reason=reason)
    assert "Sending would go on" in words_of(proposed)
    assert stops.record(YEAR).stop
    assert "1 letter released." in ann.confirm(proposed)

    assert stops.record(YEAR).stop is None
    last = stops.record(YEAR).history[-1]
    assert (last.by, last.why) == ("Ann", reason)
    assert f"resumed 22 July 2020, 13:00 by Ann: {reason}" in ann.read(_ROOM)
    assert queued(approved, "send") == [a_letter_id()]


def test_a_letter_that_bounced_is_told_with_what_to_do_and_goes_out_again(
    closed: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put(closed, S.BOUNCED, "<script>alert(1)</script>")
    again = replace(first.id, dispatch=Dispatch(2))

    def wait(_seconds: float) -> None:
        for letter in queued(closed, "prepare"):
            prepare(closed, letter, "second")

    monkeypatch.setattr(time, "sleep", wait)
    page = ann.open(_ROOM).text
    assert "<script>alert" not in page
    assert "Find the right address" in page
    to = "new@rochford.example"
    assert "is not an email address" in words_of(
        ann.send(f"{_OF_ROCHFORD}/resend", to="somebody", reason="moved")
    )

    proposed = ann.send(f"{_OF_ROCHFORD}/resend", to=to, reason="moved")
    assert f"would be made and sent to {to}" in words_of(proposed)
    assert to not in str(proposed.url)
    assert len(closed.letters.of_year(YEAR)) == 3
    assert f"it goes to {to}" in ann.confirm(proposed)

    letter = closed.letters.get(again)
    assert (letter.is_approved, letter.sent_to) == (True, to)
    assert letter.history[0].why == "to be sent again, asked by Ann: moved"
    assert queued(closed, "send") == [again]


def test_a_dispatch_that_is_not_prepared_in_time_is_kept_and_not_sent(
    closed: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(closed, S.BOUNCED)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)

    page = ann.confirm(ann.send(f"{_OF_ROCHFORD}/resend", reason="moved"))

    assert "What was done so far is kept." in page
    assert "was not prepared within 120 seconds. Nothing was sent" in page
    assert queued(closed, "send") == []


def test_of_two_people_who_settle_a_letter_the_second_sees_what_the_first_found(
    closed: World, sit_down: Callable[[str], Person]
) -> None:
    letter = put(closed, S.UNKNOWN)
    ann, ben = sit_down("Ann"), sit_down("Ben")
    page = ann.read(_OF_ROCHFORD)
    assert "delivered : it came" in page
    assert "dealt-with" not in page
    hers = ann.send(f"{_OF_ROCHFORD}/settle", settlement="delivered", reason="they rang")
    his = ben.send(f"{_OF_ROCHFORD}/settle", settlement="not-accepted", reason="not in the logs")

    assert "Letter 2020-2-E07000075 is delivered." in ann.confirm(hers)
    assert "only one whose outcome nobody knows can be settled" in ben.confirm(his)

    assert closed.letters.get(letter.id).history[-1].why == "settled as delivered by Ann: they rang"


def test_letters_are_prepared_again(closed: World, ann: Person) -> None:
    proposed = ann.send(f"{_ROOM}/prepare", authority=OTHER_DISTRICT)

    assert "1 letter would be prepared again." in words_of(proposed)
    assert queued(closed, "prepare") == []
    assert "One that comes out the same has its approval again." in ann.confirm(proposed)
    assert queued(closed, "prepare") == [a_letter_id(OTHER_DISTRICT)]


def test_a_rehearsal_sends_nothing(tmp_path: Path) -> None:
    write_year(tmp_path, [NORTH])
    rehearse(tmp_path)
    person = Person(Desk("Ann", YEAR, rehearsal=tmp_path / "out/2020"))

    assert "which has no such page" in person.read(_ROOM)
    assert "which has no such page" in words_of(person.send(f"{_ROOM}/release"))
