"""Letters settled and sent again, as operators do it."""

from __future__ import annotations

import io
import sys
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import Dispatch, LetterState
from annual_review.services.letters.letter import Event, Letter
from tests.builders import ROCHFORD, YEAR, a_letter, a_letter_id
from tests.integration.letters import NOW, a_prepared_year, last_line, prepare, queued
from tests.integration.operators import Operators
from tests.integration.world import World

S = LetterState


def put(operators: Operators, state: LetterState, *, since: timedelta = timedelta(0)) -> Letter:
    """Put a letter of another revision there, which counts, in any state."""
    at = NOW - since
    letter = replace(
        a_letter(state, figures_sha256="f", message_sha256="m"),
        id=a_letter_id(revision=2),
        attempts=1,
        history=(Event(at, state, "for a test"),),
    )
    operators.world.letters.plan(letter)
    return letter


@pytest.fixture
def closed(deployed: World, operators: Operators) -> Operators:
    """A year is closed with two letters; one of them is prepared."""
    a_prepared_year(deployed)
    return operators


class TestSettling:
    @pytest.mark.parametrize("state", [S.FAILED, S.REJECTED, S.BOUNCED])
    def test_what_did_not_arrive_is_dealt_with_and_asked_for_no_longer(
        self, closed: Operators, state: LetterState
    ) -> None:
        letter = put(closed, state)
        asked_for = "dealt-with --reason"
        assert asked_for in closed.run("status", "2020", ROCHFORD).words

        result = closed.run("settle", "2020", ROCHFORD, "dealt-with", "--reason", "by post")

        assert f"Letter {letter.id.tag} of Council E07000075 (E07000075) is dealt with" in (
            result.words
        )
        assert (
            f"the letter stays {state.value}, and is no longer listed as something to do"
            in result.words
        )
        assert closed.world.letters.get(letter.id).is_dealt_with
        assert asked_for not in closed.run("status", "2020", ROCHFORD).words

    @pytest.mark.parametrize(
        ("finding", "becomes"), [("accepted", S.ACCEPTED), ("not-accepted", S.FAILED)]
    )
    def test_an_unknown_letter_is_settled_by_a_person(
        self, closed: Operators, finding: str, becomes: LetterState
    ) -> None:
        letter = put(closed, S.UNKNOWN)

        told = closed.run(
            "settle", "2020", ROCHFORD, finding, "--reason", "asked them", "--by", "me"
        )

        assert told.returncode == 0
        assert ("annual-review resend" in told.words) == (becomes is S.FAILED)
        settled = closed.world.letters.get(letter.id)
        assert settled.state is becomes
        assert settled.history[-1].why == f"settled as {finding} by me: asked them"

    def test_a_reason_that_was_not_filled_in_is_none(self, closed: Operators) -> None:
        letter = put(closed, S.UNKNOWN)

        result = closed.run("settle", "2020", ROCHFORD, "accepted", "--reason", "…")

        assert (result.returncode, "give a reason with --reason" in result.words) == (2, True)
        assert closed.world.letters.get(letter.id).state is S.UNKNOWN

    def test_what_comes_next_is_told_for_the_same_stack(self, closed: Operators) -> None:
        put(closed, S.UNKNOWN)

        told = closed.run(
            "settle", "2020", ROCHFORD, "not-accepted", "--reason", "asked", "--stack", "rehearsal"
        )

        assert f'resend 2020 {ROCHFORD} --reason "…" --stack rehearsal' in told.words

    def test_any_other_letter_is_not(self, closed: Operators) -> None:
        result = closed.run("settle", "2020", ROCHFORD, "accepted", "--reason", "it came")

        assert result.returncode == 2
        assert "only one whose outcome nobody knows" in result.words


class TestSendingAgain:
    @pytest.fixture
    def preparing(self, closed: Operators, monkeypatch: pytest.MonkeyPatch) -> Operators:
        """Letters are prepared while somebody waits for them."""

        def wait(_seconds: float) -> None:
            for letter in queued(closed, "prepare"):
                prepare(closed.world, letter, "second")

        monkeypatch.setattr(time, "sleep", wait)
        return closed

    def test_a_letter_that_bounced_goes_out_again_in_a_name(self, preparing: Operators) -> None:
        first = put(preparing, S.BOUNCED)
        again = replace(first.id, dispatch=Dispatch(2))

        result = preparing.run(
            "resend",
            "2020",
            ROCHFORD,
            "--to",
            "new@rochford.example",
            "--reason",
            "moved",
            "--by",
            "me",
            "--yes",
        )

        assert result.returncode == 0, result.stderr
        assert "it goes to new@rochford.example" in result.words
        assert "Letter 2020-2x2-E07000075 is made" in result.words
        assert "annual-review status 2020" in result.words
        letter = preparing.world.letters.get(again)
        assert letter.is_approved
        assert (letter.sent_to, letter.figures_sha256) == ("new@rochford.example", "f")
        assert [each.why for each in letter.history] == [
            "to be sent again, asked by me: moved",
            "rendered",
            "approved by me, who asked for it",
        ]
        assert last_line(preparing, first.id) == (
            "sent again as 2020-2x2-E07000075, asked by me: moved"
        )
        assert preparing.world.letters.get(first.id).state is S.BOUNCED
        assert queued(preparing, "send") == [again]

    @pytest.mark.parametrize(
        ("is_terminal", "code", "told"),
        [(True, 1, "nothing was done"), (False, 2, "Confirm with --yes")],
    )
    def test_where_it_goes_is_shown_before_anything_is_made(
        self,
        closed: Operators,
        monkeypatch: pytest.MonkeyPatch,
        is_terminal: bool,  # noqa: FBT001 (a value among others)
        code: int,
        told: str,
    ) -> None:
        put(closed, S.BOUNCED)
        answers = io.StringIO("n\n")
        monkeypatch.setattr(answers, "isatty", lambda: is_terminal)
        monkeypatch.setattr(sys, "stdin", answers)
        to = ("--to", "new@rochford.example", "--reason", "moved")

        result = closed.run("resend", "2020", ROCHFORD, *to)

        assert (result.returncode, told in result.words) == (code, True)
        assert "to new@rochford.example?" in result.words
        assert len(closed.world.letters.of_year(YEAR)) == 3

    def test_a_dry_run_makes_nothing(self, closed: Operators) -> None:
        put(closed, S.BOUNCED)

        result = closed.run("resend", "2020", ROCHFORD, "--reason", "moved", "--dry-run")

        assert "2020-2x2-E07000075 would be made" in result.words
        assert len(closed.world.letters.of_year(YEAR)) == 3

    @pytest.mark.parametrize(
        ("before", "told"),
        [
            (S.UNKNOWN, "settle it first"),
            (S.CLAIMED, "is being sent"),
            (S.ACCEPTED, "wait 72 hours"),
            (S.APPROVED, "was never sent"),
        ],
    )
    def test_what_may_yet_arrive_or_was_never_sent_is_refused(
        self, closed: Operators, before: LetterState, told: str
    ) -> None:
        put(closed, before)

        result = closed.run("resend", "2020", ROCHFORD, "--reason", "it never came")

        assert (result.returncode, told in result.words) == (2, True)

    def test_what_is_no_address_is_told(self, closed: Operators) -> None:
        result = closed.run("resend", "2020", ROCHFORD, "--to", "somebody", "--reason", "moved")

        assert (result.returncode, "is not an email address" in result.words) == (2, True)

    def test_a_dispatch_that_is_not_prepared_in_time_is_not_sent(
        self, closed: Operators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(closed, S.BOUNCED)
        monkeypatch.setattr(time, "sleep", lambda _seconds: None)

        result = closed.run("resend", "2020", ROCHFORD, "--reason", "moved", "--yes")

        assert result.returncode == 1
        assert "annual-review prepare 2020 --only E07000075" in result.words
        assert queued(closed, "send") == []
