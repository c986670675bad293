"""Before letters go: the doctor, what a release refuses, and how it goes on after a stop."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.sending_stops import SendingStops, StopReason
from annual_review.services.errors import RefusedError
from annual_review.services.readiness.deployment import Protection
from tests.builders import ROCHFORD, YEAR, a_letter_id
from tests.integration.letters import NOW, a_prepared_year, queued
from tests.integration.operators import Operators
from tests.integration.world import World

WHY = "SendEmail: MailFromDomainNotVerifiedException (request id)"
PUT_RIGHT = ("--resume", "--reason", "the domain is verified", "--by", "A. Person")


@pytest.fixture
def approved(deployed: World, operators: Operators) -> Operators:
    """A year is closed; one of its two letters is approved."""
    a_prepared_year(deployed)
    operators.run("approve", "2020")
    return operators


@pytest.fixture
def stopped(approved: Operators) -> Operators:
    """SES has refused the account."""
    stops_of(approved).stop(a_letter_id(), NOW, WHY, StopReason.MAIL_FROM)
    return approved


def stops_of(operators: Operators) -> SendingStops:
    return SendingStops(DynamoDBSendingStore(operators.world.table))


def examined(operators: Operators) -> dict[str, dict[str, Any]]:
    result = operators.run("doctor", "--year", "2020", "--json")
    told = json.loads(result.stdout)
    assert told["ready"] == (result.returncode == 0)
    return {each["check"]: each for each in told["checks"]}


class TestDoctor:
    def test_what_is_not_ready_is_told_with_its_remedy(self, approved: Operators) -> None:
        approved.mail_account.identities.clear()

        result = approved.run("doctor", "--year", "2020", "--stack", "rehearsal")

        assert result.returncode == 1
        assert "NOT READY sender-identity: SES does not know the sender" in result.words
        assert "→ Verify the sender in SES" in result.words
        # One letter of two is planned: the command that says why carries the stack.
        assert "1 of 2 may go; 1 planned" in result.words
        assert "annual-review status 2020 --stack rehearsal" in result.words

    def test_the_whole_is_told_to_machines(self, approved: Operators) -> None:
        checks = examined(approved)

        assert [name for name, each in checks.items() if each["outcome"] == "not ready"] == [
            "letters"
        ]
        assert set(checks) >= {
            "production-access",
            "configuration-set",
            "suppression",
            "schedules",
            "queues",
            "event-sources",
            "alarms",
            "edition",
            "register",
            "recipients",
            "sending",
        }

    def test_what_may_not_be_asked_is_unknown_and_names_the_permission(
        self, approved: Operators
    ) -> None:
        error = RefusedError("GetAccount: AccessDeniedException (request id)")
        approved.mail_account.refused["account"] = error

        result = approved.run("doctor", "--year", "2020")

        assert "unknown quota: can't be checked: GetAccount: AccessDeniedException" in result.words
        assert "allow ses:GetAccount" in result.words

    def test_a_year_that_is_not_there_yet_is_told(self, operators: Operators) -> None:
        checks = {
            each["check"]: each
            for each in json.loads(operators.run("doctor", "--year", "2031", "--json").stdout)[
                "checks"
            ]
        }

        assert checks["edition"]["outcome"] == "not ready"
        assert checks["letters"]["remedy"] == "Close it: annual-review close 2031"

    def test_a_deployment_that_stands_still_is_told(self, approved: Operators) -> None:
        approved.deployment.states["the issue date"] = "DISABLED"
        approved.deployment.in_queues["prepare"] = 3
        approved.deployment.dead["send"] = 2
        approved.deployment.stopped = ("send_letter",)
        approved.deployment.subscribed = replace(
            approved.deployment.subscribed, confirmed=0, pending=1
        )

        checks = examined(approved)

        assert checks["schedules"]["says"] == "the issue date is disabled"
        assert checks["queues"]["says"] == "messages wait: 3 in prepare"
        assert checks["dead-letters"]["remedy"].endswith("dead-letters list --queue send")
        assert checks["event-sources"]["says"].endswith("by send_letter")
        assert checks["alarms"]["says"] == "nobody has confirmed a subscription"
        assert {checks[name]["release"] for name in ("schedules", "queues", "alarms")} == {
            "goes-on"
        }

    def test_the_stack_of_prod_is_not_ready_where_it_can_be_deleted(
        self, approved: Operators
    ) -> None:
        outcomes = []
        for stage, is_on in (("prod", False), ("prod", True), ("test", False)):
            approved.deployment.protected = Protection(stage, is_on=is_on)
            outcomes.append(examined(approved)["protection"]["outcome"])

        assert outcomes == ["not ready", "ready", "ready"]

    def test_a_letter_whose_recipient_is_another_by_now_is_named(self, approved: Operators) -> None:
        letters = approved.world.letters
        letter = letters.get(a_letter_id())
        table = approved.world.table
        item = dict(table.get(("RECIPIENTS", f"AUTHORITY#{ROCHFORD}")) or {})
        item["email"] = {"S": "somebody.else@rochford.example"}
        table.client.put_item(TableName=table.name, Item=item)

        check = examined(approved)["recipients"]

        assert letter.state is LetterState.APPROVED
        assert ROCHFORD in check["says"]
        assert "annual-review prepare 2020" in check["remedy"]


class TestReleasing:
    def test_what_would_make_letters_fail_refuses_the_release(self, approved: Operators) -> None:
        approved.mail_account.identities.clear()

        for more in ((), ("--despite", "sender-identity"), ("--dry-run",)):
            result = approved.run("release", "2020", *more)

            assert result.returncode == 2
            assert "Verify the sender in SES" in result.words
            assert "annual-review doctor --year 2020" in result.words
        assert queued(approved, "send") == []

    def test_what_a_person_may_pass_over_is_released_by_name(self, approved: Operators) -> None:
        account = approved.mail_account
        account.state = replace(account.state, quota=1, sent=1)

        refused = approved.run("release", "2020")
        assert (refused.returncode, "--despite quota" in refused.words) == (2, True)
        assert queued(approved, "send") == []
        released = approved.run("release", "2020", "--despite", "quota")

        assert "Released 1" in released.words
        assert "NOT READY quota" in released.words

    def test_what_cannot_be_checked_is_told_and_holds_nothing_up(self, approved: Operators) -> None:
        approved.mail_account.refused["suppressed"] = RefusedError("List: AccessDenied")

        result = approved.run("release", "2020")

        assert "unknown suppression: can't be checked" in result.words
        assert queued(approved, "send") == [a_letter_id()]

    def test_while_sending_is_stopped_nothing_is_released(self, stopped: Operators) -> None:
        result = stopped.run("release", "2020")

        assert result.returncode == 2
        assert "the MAIL FROM domain of the sender is not verified" in result.words
        assert 'annual-review release 2020 --resume --reason "…"' in result.words
        assert queued(stopped, "send") == []

    def test_whoever_resumes_is_named_and_the_letters_are_released(
        self, stopped: Operators
    ) -> None:
        result = stopped.run("release", "2020", *PUT_RIGHT)

        assert "Resumed by A. Person: the sending of 2020 was stopped" in result.words
        assert queued(stopped, "send") == [a_letter_id()]
        _, resumed = stops_of(stopped).record(YEAR).history
        assert (resumed.by, resumed.why) == ("A. Person", "the domain is verified")

    def test_as_long_as_something_is_amiss_nobody_resumes(self, stopped: Operators) -> None:
        stopped.mail_account.identities.clear()

        assert stopped.run("release", "2020", *PUT_RIGHT).returncode == 2
        assert stops_of(stopped).record(YEAR).stop is not None

    def test_a_dry_run_resumes_nothing(self, stopped: Operators) -> None:
        result = stopped.run("release", "2020", *PUT_RIGHT, "--dry-run")

        assert "Would be released 1" in result.words
        assert stops_of(stopped).record(YEAR).stop is not None

    def test_resuming_wants_a_reason_and_something_that_is_stopped(
        self, approved: Operators
    ) -> None:
        assert "give a reason" in approved.run("release", "2020", "--resume").words
        assert "is not stopped" in approved.run("release", "2020", *PUT_RIGHT).words
        assert queued(approved, "send") == []


def test_status_says_that_sending_is_stopped_by_what_and_what_to_do(stopped: Operators) -> None:
    said = stopped.run("status", "2020").words

    assert "Sending stopped " in said
    assert "by send_letter, 2020-1-E07000075: SendEmail: MailFromDomainNotVerified" in said
    assert "Correct the MX and SPF records of the MAIL FROM domain" in said
    told = json.loads(stopped.run("status", "2020", "--json").stdout)
    assert told["sending_stopped"] is True
    assert told["sending"][0]["reason"] == "mail-from"
