"""A letter's life, from its planning to the letter that replaces it, as its history tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import Act, Dispatch, LetterId, LetterState
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.send_letter import (
    CLAIM_LASTS,
    MailBusyError,
    MailRefusedError,
    MailUnknownError,
)
from annual_review.services.dispatch.settle_letter import Settlement
from annual_review.services.dispatch.track_delivery import SesNotification
from annual_review.services.letters.letter import (
    Letter,
    Move,
)
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport
from annual_review.services.year_end.letter_report import report_letters
from annual_review.services.year_end.year_phases import YearRead
from tests.builders import NOON, ROCHFORD, YEAR, a_letter_id
from tests.fakes.mail import ScriptedMailer
from tests.unit.services.year_end.reissues import a_closed_world, corrected, reissue
from tests.worlds import World

K = EventKind
LETTER = a_letter_id()
AGAIN = replace(LETTER, dispatch=Dispatch(2))
ACT = Act("a.person", NOON, "for a test")
PREPARED = [K.PLANNED, K.RENDERED]


def a_prepared_world(*answers: Exception | None) -> World:
    world = a_closed_world()
    world.mailer = ScriptedMailer(answers)
    world.prepare()
    return world


def kinds(world: World, letter: LetterId = LETTER) -> list[EventKind]:
    return [each.kind for each in world.letters.get(letter).history]


def send(world: World, mode: MailMode = MailMode.LIVE) -> Letter:
    world.send_letter(mode=mode).send(LETTER, NOON)
    return world.letters.get(LETTER)


def test_people_hold_it_take_it_off_hold_approve_it_and_ask_for_it_again() -> None:
    world = a_prepared_world()

    world.hold_letters().hold(YEAR, [ROCHFORD], ACT)
    world.hold_letters().unhold(YEAR, [ROCHFORD], ACT)
    world.prepare()
    world.approve_letters().approve(YEAR, ACT, only=[ROCHFORD])
    world.prepare_again().request(YEAR, NOON)

    assert kinds(world) == [
        *PREPARED,
        *(K.HELD, K.TAKEN_OFF_HOLD, K.RENDERED),
        *(K.APPROVED, K.TAKEN_BACK),
    ]


def test_it_cannot_be_printed() -> None:
    world = a_closed_world()
    world.renderer.unprintable = {ROCHFORD}
    world.prepare()
    world.renderer.unprintable = set()

    world.prepare_again().request(YEAR, NOON)

    assert kinds(world) == [K.PLANNED, K.UNPRINTABLE, K.TAKEN_BACK]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, K.ACCEPTED),
        (MailRefusedError("no"), K.REFUSED),
        (MailBusyError("wait"), K.BUSY),
        (MailUnknownError("silence"), K.NO_PROOF),
    ],
)
def test_it_is_sent(answer: Exception | None, kind: EventKind) -> None:
    world = a_prepared_world(answer)

    send(world)

    assert kinds(world) == [*PREPARED, K.ABOUT_TO_BE_SENT, kind]


def test_its_message_is_not_the_one_that_was_prepared() -> None:
    world = a_prepared_world()
    world.documents.put(world.letters.get(LETTER).key("eml"), b"another", "message/rfc822")

    send(world)

    assert kinds(world) == [*PREPARED, K.ABOUT_TO_BE_SENT, K.REFUSED]


@pytest.mark.parametrize("mode", [MailMode.LIVE, MailMode.DIVERT])
def test_the_report_knows_whether_it_was_diverted(mode: MailMode) -> None:
    letter = send(a_prepared_world(), mode)

    [told] = report_letters(YearRead(YEAR, is_closed=True, all_letters=(letter,))).letters

    assert told.is_diverted is (mode is MailMode.DIVERT)


def test_it_is_reported_on_and_sent_again() -> None:
    world = a_prepared_world()
    send(world)
    bounce = SesNotification(LETTER, MailEvent.BOUNCE, NOON, "mail-1", "Permanent General")

    world.track_delivery().track(bounce)
    world.resend_letter().plan(YEAR, ROCHFORD, ACT)
    world.prepare_letter().prepare(AGAIN, NOON)
    world.resend_letter().release(world.letters.get(AGAIN), "a.person", NOON)

    *_, reported, resent = world.letters.get(LETTER).history
    assert (reported.kind, resent.kind) == (K.REPORTED, K.RESENT)
    assert reported.report == NotedReport(MailEvent.BOUNCE, "Permanent General")
    assert kinds(world, AGAIN) == [*PREPARED, K.APPROVED]


def test_its_sender_dies_and_a_person_settles_it() -> None:
    world = a_prepared_world()
    world.letters.move(world.letters.get(LETTER), Move(LetterState.CLAIMED, NOON, "for a test"))
    late = replace(ACT, at=NOON + CLAIM_LASTS + timedelta(seconds=1))

    world.settle_letter().settle(YEAR, ROCHFORD, Settlement.ACCEPTED, late)

    assert kinds(world)[-2:] == [K.ABANDONED, K.SETTLED]


def test_a_reissue_replaces_it() -> None:
    world = a_prepared_world()

    reissue(corrected(world))

    assert kinds(world) == [*PREPARED, K.REPLACED]
    assert kinds(world, a_letter_id(revision=2)) == [K.PLANNED]
