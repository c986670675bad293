"""What a person is told to do once letters are on their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.sending_stops import (
    SendingChange,
    SendingStep,
    StopReason,
)
from annual_review.services.letters.letter import Event
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport
from annual_review.services.year_end.next_steps import next_steps
from tests.advice import words_of
from tests.year_snapshots import DAYS_LATER, LETTERS_NOON, a_snapshot, first, letters

S = LetterState
DEALING = 'settle 2020 E07000075 dealt-with --reason "…"'


class TestAfterSending:
    @pytest.mark.parametrize("state", [S.CLAIMED, S.ACCEPTED])
    def test_letters_on_their_way_are_waited_for(self, state: LetterState) -> None:
        step = first(a_snapshot(*letters(state, S.DELIVERED), at=LETTERS_NOON + timedelta(hours=1)))

        assert "1 letter is on the way. Wait" in step.say
        assert words_of(step) == ("status 2020 --watch",)

    def test_an_unknown_letter_may_be_settled_by_a_report_within_the_hour(self) -> None:
        step = first(a_snapshot(*letters(S.UNKNOWN), at=LETTERS_NOON + timedelta(minutes=30)))

        assert "Wait an hour" in step.say
        assert words_of(step) == ()

    def test_after_that_a_person_finds_out_and_settles_it(self) -> None:
        step = first(a_snapshot(*letters(S.UNKNOWN), at=LETTERS_NOON + timedelta(hours=2)))

        assert "Nobody knows whether the letter of A council (E07000075) went out" in step.say
        assert words_of(step) == (
            'settle 2020 E07000075 delivered --reason "…"',
            'settle 2020 E07000075 accepted --reason "…"',
            'settle 2020 E07000075 not-accepted --reason "…"',
        )

    def test_a_letter_that_got_stuck_at_the_mail_service_is_asked_after(self) -> None:
        steps = next_steps(a_snapshot(*letters(S.ACCEPTED, S.DELIVERED), at=DAYS_LATER))

        assert "accepted by SES more than 72 hours ago" in steps[0].say
        assert words_of(steps[0]) == (
            "dead-letters list --queue delivery",
            'settle 2020 E07000075 delivered --reason "…"',
            'resend 2020 E07000075 --to ADDRESS --reason "…"',
        )
        assert not any("on the way" in step.say for step in steps)

    def test_a_claim_that_was_never_finished_is_looked_for(self) -> None:
        step = first(a_snapshot(*letters(S.CLAIMED), at=DAYS_LATER))

        assert "claimed more than 72 hours ago" in step.say
        assert words_of(step) == (
            "dead-letters list --queue send",
            "dead-letters replay --all --queue send",
            'settle 2020 E07000075 delivered --reason "…"',
            'settle 2020 E07000075 accepted --reason "…"',
            'settle 2020 E07000075 not-accepted --reason "…"',
        )

    def test_a_letter_that_was_unknown_and_did_not_go_out_is_sent_as_a_new_dispatch(self) -> None:
        [letter] = letters(S.FAILED, why="settled as not-accepted by me: no trace of it")
        unknown = Event(LETTERS_NOON, S.UNKNOWN, "no answer")
        letter = replace(letter, history=(unknown, *letter.history[-1:]), attempts=1)

        step = first(a_snapshot(letter, at=DAYS_LATER))

        assert "Send it again" in step.say
        assert words_of(step) == ('resend 2020 E07000075 --reason "…"', DEALING)

    def test_what_happened_to_a_copy_is_not_why_a_letter_came_back(self) -> None:
        [letter] = letters(S.BOUNCED, why="Bounce Permanent General")
        report = NotedReport(MailEvent.BOUNCE, "Transient MailboxFull", is_about_copies=True)
        copy = Event(DAYS_LATER, S.BOUNCED, "its mailbox is full", EventKind.REPORTED, report)

        step = first(a_snapshot(replace(letter, history=(*letter.history, copy)), at=DAYS_LATER))

        assert "(Bounce Permanent General)" in step.say

    def test_what_ses_would_not_pass_on_is_fixed_before_it_is_sent_again(self) -> None:
        step = first(a_snapshot(*letters(S.REJECTED, why="Reject Bad content"), at=DAYS_LATER))

        assert "did not pass it on (Reject Bad content). Fix the reason it gives" in step.say
        assert words_of(step) == ('resend 2020 E07000075 --reason "…"', DEALING)

    def test_a_letter_that_came_back_is_sent_again(self) -> None:
        came_back = letters(S.BOUNCED, S.DELIVERED, why="Bounce Permanent General")

        step = first(a_snapshot(*came_back, at=DAYS_LATER))

        assert "(Bounce Permanent General)" in step.say
        assert words_of(step) == ('resend 2020 E07000075 --to ADDRESS --reason "…"', DEALING)

    @pytest.mark.parametrize("state", [S.FAILED, S.REJECTED, S.BOUNCED])
    def test_what_a_person_has_dealt_with_is_asked_for_no_longer(self, state: LetterState) -> None:
        [letter] = letters(state, why="Bounce Permanent General")
        by_post = Event(DAYS_LATER, state, "by post", EventKind.DEALT_WITH)
        done = replace(letter, attempts=1, history=(*letter.history, by_post))

        step = first(a_snapshot(done, at=DAYS_LATER))

        assert not any(each.startswith(("settle", "resend", "prepare")) for each in words_of(step))

    def test_a_stop_comes_before_all_else_and_nothing_else_is_released(self) -> None:
        stop = SendingStep(
            SendingChange.STOPPED, LETTERS_NOON, "send_letter", "SendEmail: X", StopReason.PAUSED
        )
        snapshot = replace(a_snapshot(*letters(S.APPROVED), at=DAYS_LATER), stop=stop)

        step, *others = next_steps(snapshot)

        assert "sending is paused for the account or the configuration set" in step.say
        assert "(SendEmail: X)" in step.say
        assert words_of(step) == ("doctor --year 2020", 'release 2020 --resume --reason "…"')
        assert not any("release" in words for other in others for words in words_of(other))

    @pytest.mark.parametrize("queue", ["prepare", "send", "delivery"])
    def test_dead_letters_are_looked_at_before_all_else(self, queue: str) -> None:
        snapshot = replace(
            a_snapshot(*letters(S.ACCEPTED)), dead_letters={"decisions": 0, queue: 1}
        )

        assert first(snapshot).say.startswith("1 message ")
        assert words_of(first(snapshot)) == (f"dead-letters list --queue {queue}",)

    def test_a_scheduled_run_that_failed_leads_to_the_runbook(self) -> None:
        snapshot = replace(a_snapshot(*letters(S.DELIVERED)), dead_letters={"schedules": 2})

        assert "2 scheduled runs failed" in first(snapshot).say
        assert "SchedulesDeadLetterAlarm" in first(snapshot).say
