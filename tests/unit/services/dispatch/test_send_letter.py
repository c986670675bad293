from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.send_letter import (
    CLAIM_LASTS,
    MailBusyError,
    MailRefusedError,
    MailUnknownError,
    Sending,
)
from annual_review.services.documents import digest
from annual_review.services.errors import MissingError, ThrottledError
from annual_review.services.letters.letter import Move
from tests.builders import NOON, a_letter_id
from tests.fakes.faults import Fault, Faults
from tests.fakes.mail import ScriptedMailer
from tests.worlds import THE_MESSAGE, World

S = LetterState
LETTER = a_letter_id()


def a_world_with(state: LetterState = S.PREPARED, answer: Exception | None = None) -> World:
    world = World(mailer=ScriptedMailer([answer]))
    world.put_letter(state)
    return world


def send(world: World, *, later: timedelta = timedelta(0), approval: bool = False) -> Sending:
    return world.send_letter(approval_required=approval).send(LETTER, NOON + later)


@pytest.mark.parametrize(
    ("answer", "outcome", "state"),
    [
        (None, Sending.ACCEPTED, S.ACCEPTED),
        (MailRefusedError("address"), Sending.REFUSED, S.FAILED),
        (MailUnknownError("time-out"), Sending.UNKNOWN, S.UNKNOWN),
        (MailBusyError("rate"), Sending.BUSY, S.PREPARED),
    ],
    ids=["accepted", "refused", "unknown", "busy"],
)
def test_what_is_known_of_the_outcome_is_written_down(
    answer: Exception | None, outcome: Sending, state: LetterState
) -> None:
    world = a_world_with(answer=answer)

    assert send(world) is outcome
    assert world.state_of() is state
    assert world.mailer.calls == [(LETTER, THE_MESSAGE)]


def test_an_accepted_letter_keeps_what_the_mail_service_calls_it() -> None:
    world = a_world_with()

    send(world)

    letter = world.letters.get(LETTER)
    assert (letter.message_id, letter.attempts) == ("mail-1", 1)
    assert [event.state for event in letter.history] == [S.PREPARED, S.CLAIMED, S.ACCEPTED]


def test_a_refusal_is_kept_with_its_reason() -> None:
    world = a_world_with(answer=MailRefusedError("MessageRejected: verify the address"))

    send(world)

    assert world.letters.get(LETTER).history[-1].why == "MessageRejected: verify the address"


@pytest.mark.parametrize("state", [S.PREPARED, S.APPROVED])
def test_a_busy_mail_service_releases_the_claim_to_where_the_letter_came_from(
    state: LetterState,
) -> None:
    world = a_world_with(state, MailBusyError("rate"))

    send(world)
    assert world.state_of() is state
    assert send(world) is Sending.ACCEPTED
    assert world.letters.get(LETTER).attempts == 2


def test_a_busy_answer_that_is_written_twice_takes_no_claim_of_another_sender_back() -> None:
    """The client repeats a write whose answer was lost; meanwhile somebody else has claimed."""
    world = a_world_with(answer=MailBusyError("rate"))
    claim = Move(S.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)

    class Repeating(Faults):
        def call(self, name: str, method: Callable[..., object], *args: object) -> object:
            if self.calls[-1:] == ["ScriptedMailer.send"]:
                method(*args)
                world.letters.move(world.letters.get(LETTER), claim)
            return super().call(name, method, *args)

    assert send(world.under(Repeating())) is Sending.BUSY
    letter = world.letters.get(LETTER)
    assert (letter.state, letter.attempts) == (S.CLAIMED, 2)


def test_the_letter_is_claimed_before_the_mail_service_is_called() -> None:
    world = a_world_with()
    faults = Faults()

    send(world.under(faults))

    assert faults.calls == [
        "LawfulLetterStore.get",
        "InMemorySendingStore.get",
        "InMemoryDocuments.get",
        "LawfulLetterStore.move",
        "ScriptedMailer.send",
        "LawfulLetterStore.move",
    ]


@pytest.mark.parametrize(
    "state", [each for each in S if each not in {S.PREPARED, S.APPROVED, S.CLAIMED}]
)
def test_a_letter_that_may_not_go_is_acknowledged_and_left_alone(state: LetterState) -> None:
    world = a_world_with(state)

    assert send(world) is Sending.ALREADY
    assert world.state_of() is state
    assert world.mailer.calls == []


def test_with_approval_required_a_letter_that_is_only_prepared_is_not_sent() -> None:
    world = a_world_with(S.PREPARED)

    assert send(world, approval=True) is Sending.ALREADY
    assert world.mailer.calls == []


def test_with_approval_required_an_approved_letter_is_sent() -> None:
    assert send(a_world_with(S.APPROVED), approval=True) is Sending.ACCEPTED


def test_the_same_message_again_sends_nothing() -> None:
    world = a_world_with()
    send(world)

    assert send(world) is Sending.ALREADY
    assert len(world.mailer.calls) == 1


def test_an_unknown_letter_is_not_sent_again_by_itself() -> None:
    world = a_world_with(answer=MailUnknownError("time-out"))
    send(world)

    assert send(world, later=timedelta(days=30)) is Sending.ALREADY
    assert world.state_of() is S.UNKNOWN
    assert len(world.mailer.calls) == 1


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=1), CLAIM_LASTS])
def test_a_claim_of_somebody_who_may_still_be_at_work_is_asked_about_later(
    later: timedelta,
) -> None:
    world = a_world_with(S.CLAIMED)

    assert send(world, later=later) is Sending.IN_FLIGHT
    assert world.state_of() is S.CLAIMED


def test_an_abandoned_claim_becomes_unknown_and_is_not_sent() -> None:
    world = a_world_with(S.CLAIMED)

    assert send(world, later=CLAIM_LASTS + timedelta(seconds=1)) is Sending.UNKNOWN
    assert world.state_of() is S.UNKNOWN
    assert world.mailer.calls == []


def test_a_message_other_than_the_prepared_one_is_never_sent() -> None:
    world = a_world_with()
    world.documents.put(world.letters.get(LETTER).key("eml"), b"Subject: another", "message/rfc822")

    assert send(world) is Sending.REFUSED
    assert world.mailer.calls == []
    assert world.letters.get(LETTER).history[-1].why == (
        "the message is not the one that was prepared: prepare the letter again"
    )
    assert world.state_of() is S.FAILED


def test_a_letter_without_its_message_is_not_claimed() -> None:
    world = a_world_with()
    world.documents._contents.clear()

    with pytest.raises(MissingError):
        send(world)
    assert world.state_of() is S.PREPARED


def test_a_letter_that_does_not_exist_is_missing() -> None:
    with pytest.raises(MissingError, match="no letter 2020-1-E07000075"):
        send(World())


def test_nothing_is_sent_when_the_claim_could_not_be_written() -> None:
    world = a_world_with()

    with pytest.raises(ThrottledError):
        send(world.under(Faults({2: Fault(ThrottledError)})))
    assert world.mailer.calls == []
    assert world.state_of() is S.PREPARED


def test_a_letter_that_is_held_while_its_message_is_fetched_is_not_sent() -> None:
    world = a_world_with()
    hold = Move(S.HELD, NOON, "a person has doubts")

    def meanwhile() -> None:
        if slow.calls[-1:] == ["InMemoryDocuments.get"]:
            world.letters.move(world.letters.get(LETTER), hold)

    slow = Faults(before_each=meanwhile)

    assert send(world.under(slow)) is Sending.IN_FLIGHT
    assert send(world) is Sending.ALREADY
    assert world.state_of() is S.HELD
    assert world.mailer.calls == []


def test_bytes_that_are_approved_in_place_of_those_that_were_fetched_are_sent_later() -> None:
    world = a_world_with(S.APPROVED)
    other = b"Subject: Annual Review letter\r\n\r\nDear Madam"
    sha256 = digest(other)

    def meanwhile() -> None:
        if slow.calls[2:] == ["InMemoryDocuments.get"]:
            prepared = Move(S.PREPARED, NOON, "rendered", message_sha256=sha256)
            letter = world.letters.move(world.letters.get(LETTER), prepared)
            approved = Move(S.APPROVED, NOON, "approved", approved_sha256=sha256)
            world.letters.move(letter, approved)
            world.documents.put(letter.key("eml"), other, "message/rfc822")

    slow = Faults(before_each=meanwhile)

    assert send(world.under(slow), approval=True) is Sending.IN_FLIGHT
    assert world.mailer.calls == []
    assert send(world, approval=True) is Sending.ACCEPTED
    assert world.mailer.calls == [(LETTER, other)]


def test_an_approval_that_is_not_one_of_these_bytes_sends_nothing() -> None:
    world = a_world_with(S.APPROVED)
    forged = replace(world.letters.get(LETTER), approved_sha256="another")
    world.letters._letters[LETTER] = forged

    assert send(world, approval=True) is Sending.ALREADY
    assert world.mailer.calls == []
