"""What a person is told to do, at each moment of a year."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.publication.history import PublicationState, PublicationStep
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.letters.letter import Event
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport
from annual_review.services.letters.own_performance import paragraphs_key
from annual_review.services.year_end.next_steps import MOST_OF_A_KIND, next_steps
from annual_review.services.year_end.year_phases import YearRead
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot
from annual_review.wiring.advice import REASON
from tests.advice import worded, words_of
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.worlds import ISSUE_DATE
from tests.year_snapshots import DAYS_LATER, IN_MAY, LONDON, a_snapshot, first, letters, on

S = LetterState
P = PublicationState


def publication(state: PublicationState) -> PublicationStep:
    return PublicationStep(NOON, state, PublicationName("a" * 64), YEAR, "a.person")


class TestBeforeTheYearIsClosed:
    def test_while_it_runs_nothing_is_to_be_done(self) -> None:
        step = first(YearSnapshot(YearRead(YEAR), on(YEAR.last_day), ISSUE_DATE))

        assert "runs until 31 March 2020" in step.say
        assert "there is nothing to do" in step.say
        assert words_of(step) == ()

    def test_when_it_is_over_it_closes_by_itself_or_is_closed_again(self) -> None:
        step = first(YearSnapshot(YearRead(YEAR), on(date(2020, 4, 1)), ISSUE_DATE))

        assert "over but not closed" in step.say
        assert words_of(step) == (
            "close 2020 --dry-run",
            "close 2020",
        )

    def test_a_year_without_an_edition_needs_one(self) -> None:
        snapshot = YearSnapshot(
            YearRead(YEAR), on(date(2020, 3, 1)), nearest_edition=ReportingYear(2017)
        )

        steps = next_steps(snapshot)

        assert "no edition of 2020" in steps[0].say
        assert words_of(steps[0]) == ("edition new 2020 --from 2017",)
        assert "runs until" in steps[1].say
        assert "nothing to do" not in steps[1].say

    def test_the_edition_to_copy_is_one_that_is_there(self) -> None:
        snapshot = YearSnapshot(YearRead(YEAR), IN_MAY, nearest_edition=ReportingYear(2026))

        assert words_of(first(snapshot)) == ("edition new 2020 --from 2026",)

    def test_events_among_the_dead_letters_come_first(self) -> None:
        snapshot = YearSnapshot(YearRead(YEAR), IN_MAY, ISSUE_DATE, dead_letters={"decisions": 3})

        assert first(snapshot).say.startswith("3 messages could not be recorded")
        assert words_of(first(snapshot)) == ("dead-letters list --queue decisions",)


class TestPreparing:
    def test_letters_that_are_being_prepared_take_a_few_minutes(self) -> None:
        planned = letters(S.PLANNED, S.PREPARED, at=IN_MAY - timedelta(minutes=5))

        step = first(a_snapshot(*planned))

        assert "The letter of A council (E07000075) is being prepared (1 of 2 left)" in step.say
        assert "Wait a few minutes" in step.say

    def test_a_letter_that_waits_for_an_hour_is_asked_for_again(self) -> None:
        planned = letters(S.PLANNED, S.PLANNED, at=IN_MAY - timedelta(minutes=61))

        step = first(a_snapshot(*planned))

        assert "2 letters have waited more than an hour" in step.say
        assert words_of(step) == (
            "dead-letters list --queue prepare",
            "prepare 2020",
        )

    def test_why_a_letter_failed_is_shown_with_how_to_go_on(self) -> None:
        failed = letters(S.FAILED, S.PREPARED, why="the font lacks a character")

        step = first(a_snapshot(*failed))

        assert "The letter of A council (E07000075) failed: the font lacks a character." in step.say
        assert words_of(step) == ("prepare 2020 --only E07000075",)

    def test_of_many_failures_the_first_are_shown_and_the_others_counted(self) -> None:
        steps = next_steps(a_snapshot(*letters(*[S.FAILED] * (MOST_OF_A_KIND + 2))))

        assert len(steps) == MOST_OF_A_KIND + 1
        assert "2 more of this kind" in steps[-1].say


class TestApproving:
    def test_prepared_letters_are_read_and_approved(self) -> None:
        step = first(a_snapshot(*letters(S.PREPARED, S.PREPARED)))

        assert "2 letters are prepared. Read them" in step.say
        assert "before 22 July 2020" in step.say
        assert words_of(step) == (
            "review 2020",
            "approve 2020 --read out/2020/review/review.json",
        )

    def test_paragraphs_are_reviewed_before(self) -> None:
        snapshot = a_snapshot(*letters(S.PREPARED, S.PREPARED))

        steps = next_steps(replace(snapshot, unreviewed={paragraphs_key(a_letter_id())}))

        assert "The letter of A council (E07000075) has proposed paragraphs" in steps[0].say
        assert words_of(steps[0]) == ("paragraphs list 2020",)
        assert "Read them" in steps[1].say

    def test_where_no_approval_is_asked_for_the_letters_go_by_themselves(self) -> None:
        snapshot = replace(a_snapshot(*letters(S.PREPARED)), approval_required=False)

        step = first(snapshot)

        assert "is prepared, and needs no approval. There is nothing to do" in step.say
        assert "it goes out automatically on 22 July 2020" in step.say
        assert words_of(step) == ('hold 2020 E07000075 --reason "…"',)

    def test_a_letter_that_is_held_is_unheld_when_its_reason_is_dealt_with(self) -> None:
        steps = next_steps(a_snapshot(*letters(S.PREPARED, S.HELD, why="a figure is disputed")))

        assert "The letter of A council (E07000076) is held (a figure is disputed)" in steps[-1].say
        assert words_of(steps[-1]) == ("unhold 2020 E07000076",)


class TestReleasing:
    def test_before_the_letters_day_approved_letters_wait(self) -> None:
        step = first(a_snapshot(*letters(S.APPROVED, S.APPROVED)))

        assert "2 letters are approved. There is nothing to do" in step.say
        assert "they go out automatically on 22 July 2020" in step.say

    @pytest.mark.parametrize("at", [on(ISSUE_DATE, 0), DAYS_LATER])
    def test_from_the_letters_day_on_they_can_be_released_by_hand(self, at: datetime) -> None:
        step = first(a_snapshot(*letters(S.APPROVED), at=at))

        assert "the issue date has come" in step.say
        assert words_of(step) == ("release 2020",)

    def test_what_was_prepared_for_somebody_who_has_gone_is_prepared_again(self) -> None:
        gone = a_snapshot(*letters(S.APPROVED), at=DAYS_LATER)
        gone = replace(gone, misaddressed={gone.letters[0].id})

        step = first(gone)

        assert "The recipient of the letter of" in step.say
        assert words_of(step) == (f"prepare 2020 --only {gone.letters[0].id.authority}",)
        assert not [each for each in next_steps(gone) if "release 2020" in words_of(each)]

    def test_where_mail_is_switched_off_that_is_said(self) -> None:
        snapshot = replace(a_snapshot(*letters(S.APPROVED), at=DAYS_LATER), mail_mode=MailMode.OFF)

        assert "mail is switched off: nothing is sent" in first(snapshot).say

    def test_letters_that_were_not_approved_in_time_are_named_and_can_follow(self) -> None:
        step = first(a_snapshot(*letters(S.PREPARED, S.PREPARED, S.DELIVERED), at=DAYS_LATER))

        assert "2 letters were not approved on the issue date: A council (E07000075)" in step.say
        assert words_of(step) == (
            "review 2020",
            "approve 2020 --read out/2020/review/review.json",
            "release 2020",
        )


class TestAtTheEnd:
    def test_when_all_letters_ended_the_year_is_published_and_then_reported(self) -> None:
        ended = a_snapshot(*letters(S.DELIVERED, S.DELIVERED), at=DAYS_LATER)

        [step] = next_steps(ended)
        assert "published on 29 July 2020. Stage them" in step.say
        assert words_of(step) == ("publish 2020 --stage",)
        [step] = next_steps(replace(ended, publication=publication(P.STAGED)))
        assert words_of(step) == (
            "site --publication aaaaaaaaaaaa --out site",
            "publish 2020 --approve aaaaaaaaaaaa",
        )
        [step] = next_steps(replace(ended, publication=publication(P.APPROVED)))
        assert "There is nothing to do; what is approved goes live on 29 July 2020" in step.say
        [step] = next_steps(replace(ended, publication=publication(P.LIVE)))
        assert "There is nothing to do; figures and letters are public" in step.say
        assert words_of(step) == ("report 2020",)

    @pytest.mark.parametrize("state", [P.APPROVED, P.GOING_LIVE])
    def test_what_did_not_go_live_on_its_day_is_published_by_hand(
        self, state: PublicationState
    ) -> None:
        ended = a_snapshot(*letters(S.DELIVERED), at=on(date(2020, 7, 29)))

        [step] = next_steps(replace(ended, publication=publication(state)))

        assert words_of(step) == ("publish 2020",)

    def test_an_open_challenge_is_to_be_answered(self) -> None:
        ended = a_snapshot(*letters(S.DELIVERED), at=DAYS_LATER)

        [step, _] = next_steps(replace(ended, challenged=(ROCHFORD,)))

        assert "1 challenge is open: A council (E07000075)" in step.say
        assert words_of(step)[0] == "challenge list 2020"

    def test_a_complaint_is_something_to_do_until_somebody_has_spoken_to_the_reader(self) -> None:
        delivered, complained = letters(S.DELIVERED, S.COMPLAINED)

        step = first(a_snapshot(delivered, complained, at=DAYS_LATER))

        assert "A council (E07000076) got its letter and marked it as unwanted. Call" in step.say
        assert words_of(step) == (f"settle 2020 E07000076 spoken-to {REASON}",)
        spoken_to = Event(NOON, S.COMPLAINED, "settled as spoken-to by a.b", EventKind.SETTLED)
        answer = NotedReport(MailEvent.BOUNCE, "Transient General")
        later = Event(NOON, S.COMPLAINED, "an answer", EventKind.REPORTED, answer)
        settled = replace(complained, history=(*complained.history, spoken_to, later))
        [step] = next_steps(a_snapshot(delivered, settled, at=DAYS_LATER))
        assert words_of(step) == ("publish 2020 --stage",)

    def test_an_authority_without_a_letter_is_named(self) -> None:
        snapshot = a_snapshot(*letters(S.DELIVERED), at=DAYS_LATER)
        names = {**snapshot.read.names, OTHER_DISTRICT: "B"}
        snapshot = replace(snapshot, read=replace(snapshot.read, names=names))

        assert "No letter is planned for B (E07000076)" in first(snapshot).say
        assert words_of(first(snapshot)) == ("close 2020",)

    def test_a_letter_too_many_is_named(self) -> None:
        snapshot = a_snapshot(*letters(S.DELIVERED, S.DELIVERED), at=DAYS_LATER)
        snapshot = replace(snapshot, read=replace(snapshot.read, names={ROCHFORD: "A"}))

        assert "no frozen figures, for E07000076" in first(snapshot).say
        assert worded(first(snapshot).commands[0]) == "status 2020 E07000076"


class TestOneAuthority:
    def test_commands_are_about_its_letter_alone(self) -> None:
        snapshot = replace(
            a_snapshot(*letters(S.PREPARED, S.PREPARED, S.BOUNCED), at=DAYS_LATER), only=ROCHFORD
        )

        [step] = next_steps(snapshot)

        assert words_of(step) == (
            "review 2020",
            "approve 2020 --read out/2020/review/review.json --only E07000075",
            "release 2020 --only E07000075",
        )

    def test_a_letter_that_ended_well_needs_nothing(self) -> None:
        snapshot = replace(a_snapshot(*letters(S.DELIVERED, S.PREPARED)), only=ROCHFORD)

        [step] = next_steps(snapshot)

        assert step == NextStep("The letter came to its end; there is nothing to do.")


@given(
    states=st.lists(st.sampled_from(S), max_size=9),
    at=st.sampled_from([on(date(2020, 3, 1)), IN_MAY, DAYS_LATER]),
    approval=st.booleans(),
    closed=st.booleans(),
    dead=st.integers(0, 1),
)
def test_nothing_is_said_to_be_done_only_where_nothing_else_is(
    states: list[LetterState], at: datetime, dead: int, *, approval: bool, closed: bool
) -> None:
    snapshot = a_snapshot(*letters(*states), at=at)
    snapshot = replace(snapshot, approval_required=approval, dead_letters={"decisions": dead})
    if not closed:
        snapshot = replace(snapshot, read=YearRead(YEAR))

    said = ["nothing to do" in step.say for step in next_steps(snapshot)]

    assert said == sorted(said)


@given(
    states=st.lists(st.sampled_from(S), max_size=9),
    at=st.datetimes(datetime(2020, 3, 1), datetime(2020, 9, 1)),  # noqa: DTZ001 (London's, below)
    approval=st.booleans(),
    only=st.none() | st.just(ROCHFORD),
)
def test_at_every_moment_something_is_said_in_whole_sentences(
    states: list[LetterState], at: datetime, only: AuthorityCode | None, *, approval: bool
) -> None:
    snapshot = replace(
        a_snapshot(*letters(*states), at=at.replace(tzinfo=LONDON)),
        approval_required=approval,
        only=only,
    )

    steps = next_steps(snapshot)

    assert steps
    for step in steps:
        assert re.fullmatch(r"[A-Z0-9].*\.", step.say), step.say
        assert "  " not in step.say
        assert all(re.match(r"\w|aws lambda", each) for each in words_of(step))
