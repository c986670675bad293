"""What concerns the account stops the sending of a year, and no letter is lost or sent twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.send_letter import (
    MailAccountError,
    MailRefusedError,
    Sending,
)
from annual_review.services.dispatch.sending_stops import (
    READINGS,
    NotStoppedError,
    SendingChange,
    SendingRecord,
    SendingStep,
    SendingStoppedError,
    SendingStops,
    StopReason,
)
from annual_review.services.errors import ConflictError, UnavailableError
from tests.builders import NOON, ROCHFORD, YEAR, a_letter_id
from tests.fakes.faults import CRASHES, Fault, Faults, ProcessDiedError
from tests.fakes.mail import ScriptedMailer
from tests.fakes.scheduler import interleave
from tests.worlds import World

S = LetterState
OF_A_YEAR = [AuthorityCode(f"E0700{n:04}") for n in range(354)]
UNVERIFIED = MailAccountError("SendEmail: MessageRejected (request id)", StopReason.UNVERIFIED)
REFUSED = MailRefusedError("SendEmail: MessageRejected (request id)")
ACT = Act("A. Person", NOON + timedelta(days=1), "the domain is verified")


def a_world_of(
    codes: Sequence[AuthorityCode], *answers: Exception | None, state: LetterState = S.APPROVED
) -> World:
    world = World(mailer=ScriptedMailer(answers))
    for code in codes:
        world.put_letter(state, letter=a_letter_id(code))
    return world


def send_all(world: World) -> list[Sending]:
    """Send every letter of the year, as if a message about each were there."""
    return [world.send_letter().send(each.id, NOON) for each in world.letters.of_year(YEAR)]


def states(world: World) -> set[LetterState]:
    return {each.state for each in world.letters.of_year(YEAR)}


@pytest.mark.parametrize("state", [S.APPROVED, S.PREPARED])
def test_what_concerns_the_account_stops_354_letters_at_the_first(state: LetterState) -> None:
    world = a_world_of(OF_A_YEAR, *[UNVERIFIED] * 354, state=state)

    assert set(send_all(world)) == {Sending.STOPPED}
    assert states(world) == {state}
    assert len(world.mailer.calls) == 1
    stop = world.sending_stops().record(YEAR).stop
    tag = a_letter_id(OF_A_YEAR[0]).tag
    assert stop == SendingStep(
        SendingChange.STOPPED, NOON, "send_letter", str(UNVERIFIED), StopReason.UNVERIFIED, tag
    )


def test_the_letter_at_which_sending_stopped_says_so_in_its_history() -> None:
    world = a_world_of([ROCHFORD], UNVERIFIED)

    send_all(world)

    history = world.letters.get(a_letter_id()).history
    assert [each.state for each in history[-2:]] == [S.CLAIMED, S.APPROVED]
    assert history[-1].why == "not sent: SendEmail: MessageRejected (request id)"


def test_after_three_refusals_in_a_row_the_rest_of_354_is_not_tried() -> None:
    world = a_world_of(OF_A_YEAR, *[REFUSED] * 354)

    outcomes = send_all(world)

    assert outcomes[:4] == [*[Sending.REFUSED] * 3, Sending.STOPPED]
    assert len(world.mailer.calls) == 3
    assert [each.state for each in world.letters.of_year(YEAR)].count(S.FAILED) == 3
    stop = world.sending_stops().record(YEAR).stop
    assert stop is not None
    assert stop.reason is StopReason.REFUSALS


def test_refusals_between_letters_that_are_accepted_stop_nothing() -> None:
    answers = [REFUSED, REFUSED, None, REFUSED, REFUSED, None]
    world = a_world_of(OF_A_YEAR[:6], *answers)

    send_all(world)

    assert world.sending_stops().record(YEAR).stop is None
    assert len(world.mailer.calls) == 6


def test_one_letter_that_is_refused_again_and_again_says_nothing_of_the_others() -> None:
    world = a_world_of([ROCHFORD])

    for _ in range(5):
        world.sending_stops().refused(a_letter_id(), NOON, "SendEmail: MessageRejected")

    assert world.sending_stops().record(YEAR).refused == (a_letter_id().tag,)


def test_while_sending_is_stopped_nothing_is_released_or_sent_again() -> None:
    world = a_world_of(OF_A_YEAR[:2], UNVERIFIED)
    world.put_letter(S.BOUNCED)
    world.close()
    send_all(world)
    asked = len(world.to_prepare)

    with pytest.raises(SendingStoppedError, match=r"stopped on 22 July 2020, 13:00 .* verified"):
        world.release_letters().release(YEAR, NOON)
    with pytest.raises(SendingStoppedError):
        world.resend_letter().plan(YEAR, ROCHFORD, ACT)
    assert (len(world.to_send), len(world.to_prepare)) == (0, asked)


@pytest.mark.parametrize(("dry_run", "resumes"), [(True, False), (False, True), (False, False)])
def test_while_sending_is_stopped_only_a_dry_run_of_resuming_shows_what_would_go(
    *, dry_run: bool, resumes: bool
) -> None:
    world = a_world_of(OF_A_YEAR[:1], UNVERIFIED)
    world.close()
    send_all(world)
    release = world.release_letters().release

    with pytest.raises(SendingStoppedError):
        release(YEAR, ACT.at, is_dry_run=dry_run, resumes=resumes)
    shown = release(YEAR, ACT.at, is_dry_run=True, resumes=True)
    assert a_letter_id(OF_A_YEAR[0]) in [*shown.done, *(left.letter for left in shown.left)]


def test_when_a_person_resumes_the_letters_are_released_and_each_is_sent_once() -> None:
    world = a_world_of(OF_A_YEAR[:9], None, UNVERIFIED)
    send_all(world)

    ended = world.sending_stops().resume(YEAR, ACT)

    assert ended.reason is StopReason.UNVERIFIED
    assert send_all(world) == [Sending.ALREADY, *[Sending.ACCEPTED] * 8]
    assert states(world) == {S.ACCEPTED}
    assert len(world.mailer.calls) == 1 + 1 + 8
    last = world.sending_stops().record(YEAR).history[-1]
    assert (last.change, last.by, last.at, last.why) == (
        SendingChange.RESUMED,
        ACT.by,
        ACT.at,
        ACT.reason,
    )


def test_after_resuming_refusals_are_counted_from_nought() -> None:
    world = a_world_of(OF_A_YEAR[:6], *[REFUSED] * 3, REFUSED, None)
    send_all(world)

    world.sending_stops().resume(YEAR, ACT)
    send_all(world)

    assert world.sending_stops().record(YEAR).stop is None


def test_what_is_not_stopped_cannot_be_resumed() -> None:
    with pytest.raises(NotStoppedError, match="not stopped"):
        World().sending_stops().resume(YEAR, ACT)


def test_of_two_who_resume_one_is_told_that_it_is_done() -> None:
    world = a_world_of([ROCHFORD], UNVERIFIED)
    send_all(world)
    world.sending_stops().resume(YEAR, ACT)

    with pytest.raises(NotStoppedError):
        world.sending_stops().resume(YEAR, replace(ACT, by="Another"))


@pytest.mark.parametrize("call", range(8))
@pytest.mark.parametrize("fault", CRASHES, ids=str)
def test_a_sender_that_dies_on_its_way_to_the_stop_loses_no_letter(call: int, fault: Fault) -> None:
    world = a_world_of(OF_A_YEAR[:2], UNVERIFIED, UNVERIFIED, UNVERIFIED)
    first = a_letter_id(OF_A_YEAR[0])
    with suppress(ProcessDiedError):
        world.under(Faults({call: fault})).send_letter().send(first, NOON)

    # The message was never acknowledged, so it comes again, after the claim has run out.
    later = NOON + timedelta(minutes=12)
    world.send_letter().send(first, later)
    world.send_letter().send(a_letter_id(OF_A_YEAR[1]), later)

    # Nobody knows of one whose sender ended between claim and outcome: a person settles it. From
    # the release of the claim on it may be sent, whatever becomes of the stop.
    claim, attempt, release = 3, 4, 5
    between = {(claim, True), (attempt, False), (release, False)}
    known = S.UNKNOWN if (call, fault.after) in between else S.APPROVED
    assert world.state_of(OF_A_YEAR[0]) is known
    assert world.state_of(OF_A_YEAR[1]) is S.APPROVED
    assert world.sending_stops().record(YEAR).stop is not None


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("answer", [UNVERIFIED, REFUSED], ids=["account", "letter"])
def test_two_senders_at_once_stop_once_and_leave_the_rest(seed: int, answer: Exception) -> None:
    world = a_world_of(OF_A_YEAR[:8], *[answer] * 8)

    def send(codes: Sequence[AuthorityCode]) -> Callable[[Callable[[], None]], None]:
        def work(pause: Callable[[], None]) -> None:
            sender = world.under(Faults(before_each=pause)).send_letter()
            for code in codes:
                sender.send(a_letter_id(code), NOON)

        return work

    interleave(seed, send(OF_A_YEAR[:4]), send(OF_A_YEAR[4:8]))

    record = world.sending_stops().record(YEAR)
    assert [each.change for each in record.history] == [SendingChange.STOPPED]
    # The other sender may be on its way to the mail service when the first stops.
    most = 2 if answer is UNVERIFIED else 4
    assert len(world.mailer.calls) <= most
    assert states(world) <= {S.APPROVED, S.FAILED}
    assert len([each for each in world.letters.of_year(YEAR) if each.state is S.APPROVED]) >= 4


def test_a_stop_whose_answer_was_lost_is_not_written_twice() -> None:
    world = a_world_of([ROCHFORD])
    faults = Faults({1: Fault(UnavailableError, after=True)})
    stops = SendingStops(faults.over(world.sending))

    with pytest.raises(UnavailableError):
        stops.stop(a_letter_id(), NOON, "SendEmail: SendingPaused", StopReason.PAUSED)
    stops.stop(a_letter_id(), NOON, "SendEmail: SendingPaused", StopReason.PAUSED)

    assert len(world.sending.get(YEAR).history) == 1


def test_resuming_whose_repeated_write_found_itself_done_is_done() -> None:
    world = a_world_of([ROCHFORD], UNVERIFIED)
    send_all(world)

    class Repeating:
        """Takes effect and says that it did not, as the table does to a repeated request."""

        def get(self, year: ReportingYear) -> SendingRecord:
            return world.sending.get(year)

        def put(self, record: SendingRecord) -> bool:
            return not world.sending.put(record)

    assert SendingStops(Repeating()).resume(YEAR, ACT).reason is StopReason.UNVERIFIED
    assert len(world.sending.get(YEAR).history) == 2


def test_a_record_that_others_change_all_the_time_is_handed_back() -> None:
    class Contested:
        asked = 0

        def get(self, year: ReportingYear) -> SendingRecord:
            return SendingRecord(year)

        def put(self, _record: SendingRecord) -> bool:
            self.asked += 1
            return False

    store = Contested()
    with pytest.raises(ConflictError):
        SendingStops(store).stop(a_letter_id(), NOON, "why", StopReason.PAUSED)
    assert store.asked == READINGS
