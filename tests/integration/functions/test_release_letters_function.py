from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import FIRST_REVISION
from annual_review.services.dispatch.release_letters import NotReleasedError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter_recipients import mailboxes
from annual_review.services.readiness.in_the_way import NotReadyError
from functions.release_letters import handler
from tests.builders import (
    COUNTY,
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter,
    a_recipient,
    a_register,
    recipients,
)
from tests.integration.conftest import Said
from tests.integration.mail_server import account, granting
from tests.integration.world import FakeContext, World


@pytest.fixture
def letters(deployed: World) -> World:
    """A closed year with a letter that is prepared, one that is approved and one that failed."""
    codes = (ROCHFORD, OTHER_DISTRICT, COUNTY)
    deployed.knows(a_register(*codes), recipients(*codes))
    deployed.closes.add(Close(YEAR, FIRST_REVISION, "sha", NOON))
    for code, state in (
        (ROCHFORD, LetterState.PREPARED),
        (OTHER_DISTRICT, LetterState.APPROVED),
        (COUNTY, LetterState.FAILED),
    ):
        letter = a_letter(state, authority=code, message_sha256="m")
        to = mailboxes(a_recipient(code))
        deployed.letters.plan(replace(letter, approved_sha256="m", recipients=to))
    return deployed


def release(**event: object) -> dict[str, Any]:
    return handler.lambda_handler(event or {"year": 2020}, FakeContext())


def test_letters_that_may_go_are_queued_and_the_others_reported(letters: World, said: Said) -> None:
    assert release() == {"year": 2020, "released": 2, "left": {"failed": 1}}

    queued = {each["authority"] for each in letters.requests("send")}
    assert queued == {ROCHFORD, OTHER_DISTRICT}
    (line,) = said.lines("letter_not_released")
    assert (line["letter"], line["state"], line["level"]) == (
        "2020-1-E10000012",
        "failed",
        "WARNING",
    )
    assert line["why"] == "failed: fix the cause, then prepare it again"
    assert said.counts == {"letters_released": 2}


def test_where_approval_is_asked_for_only_what_is_approved_goes(
    letters: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_REQUIRED", "true")

    assert release() == {"year": 2020, "released": 1, "left": {"failed": 1, "prepared": 1}}

    assert [each["authority"] for each in letters.requests("send")] == [OTHER_DISTRICT]


def test_a_letter_whose_recipient_has_changed_is_reported_and_not_sent(
    letters: World, said: Said
) -> None:
    letters.knows(a_register(), {ROCHFORD: a_recipient(email="new@rochford.example")})

    assert release()["released"] == 1

    why = {line["letter"]: line["why"] for line in said.lines("letter_not_released")}
    assert why["2020-1-E07000075"] == "recipient changed: prepare it again"
    assert "@" not in str(said.lines("letter_not_released"))


def test_the_schedule_means_the_year_that_ended_last(letters: World) -> None:
    assert release(scheduled_at="2020-07-22T08:00:00Z")["year"] == 2020
    assert letters.requests("send")


def test_a_year_that_is_not_closed_raises_the_alarm(deployed: World, said: Said) -> None:
    with pytest.raises(NotReleasedError):
        release()

    (line,) = said.lines("failed")
    assert "close it first" in line["why"]
    assert deployed.requests("send") == []


def test_what_ses_would_refuse_is_not_released_and_the_log_says_why(
    letters: World, said: Said
) -> None:
    paused = granting(1.0) | {"SendingEnabled": False}
    with account(paused), pytest.raises(NotReadyError):
        release()

    (line,) = said.lines("failed")
    assert "sending is paused for the account" in line["why"]
    assert letters.requests("send") == []


@pytest.mark.usefixtures("letters")
def test_what_a_person_would_be_asked_about_is_released_and_told(said: Said) -> None:
    under_review = granting(1.0) | {"EnforcementStatus": "PROBATION"}
    with account(under_review):
        assert release()["released"] == 2

    (line,) = said.lines("released_despite")
    assert (line["check"], line["found"], line["level"]) == ("enforcement", "not ready", "WARNING")


@pytest.mark.usefixtures("letters")
def test_a_check_that_cannot_be_made_holds_no_letter_back(said: Said) -> None:
    denied = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
    with account(denied):
        assert release()["released"] == 2

    lines = said.lines("released_despite")
    assert {each["found"] for each in lines} == {"unknown"}
    assert "quota" in {each["check"] for each in lines}
    assert "AccessDenied" in lines[0]["says"]


def test_a_year_that_has_nothing_to_send_asks_nothing_of_the_account(deployed: World) -> None:
    deployed.closes.add(Close(YEAR, FIRST_REVISION, "sha", NOON))
    with account(AssertionError("asked")):
        assert release()["released"] == 0
