"""What SES and CloudWatch say of the account, in shapes that botocore knows of their answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from annual_review.adapters.mail.ses_account import SesAccount
from annual_review.services.errors import RefusedError
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.readiness.mail_account import (
    AccountState,
    ConfigurationState,
    IdentityState,
    Reputation,
)

NOW = datetime(2020, 7, 22, 9, tzinfo=UTC)
SET = {"ConfigurationSetName": "our-mail"}


class Asked:
    """The account, and what it is answered."""

    def __init__(self) -> None:
        ses: Any = boto3.client("sesv2", region_name="eu-west-2")
        metrics: Any = boto3.client("cloudwatch", region_name="eu-west-2")
        self.ses, self.metrics = Stubber(ses), Stubber(metrics)
        self.account = SesAccount(ses, metrics, NOW)


@pytest.fixture
def asked() -> Iterator[Asked]:
    both = Asked()
    with both.ses, both.metrics:
        yield both
        both.ses.assert_no_pending_responses()
        both.metrics.assert_no_pending_responses()


@pytest.mark.parametrize(("most", "quota"), [(50_000.0, 50_000), (-1.0, None)])
def test_the_account_is_read_with_its_quota(asked: Asked, most: float, quota: int | None) -> None:
    asked.ses.add_response(
        "get_account",
        {
            "ProductionAccessEnabled": True,
            "SendingEnabled": True,
            "EnforcementStatus": "HEALTHY",
            "SendQuota": {"Max24HourSend": most, "MaxSendRate": 14.0, "SentLast24Hours": 12.0},
        },
    )

    assert asked.account.account() == AccountState(
        has_production_access=True,
        is_sending_enabled=True,
        enforcement="HEALTHY",
        quota=quota,
        sent=12,
    )


def test_what_the_account_does_not_say_counts_as_not_allowed(asked: Asked) -> None:
    asked.ses.add_response("get_account", {})

    state = asked.account.account()

    assert (state.has_production_access, state.is_sending_enabled) == (False, False)


def test_an_identity_is_read_with_its_mail_from_domain(asked: Asked) -> None:
    asked.ses.add_response(
        "get_email_identity",
        {
            "VerifiedForSendingStatus": True,
            "MailFromAttributes": {
                "MailFromDomain": "bounce.x.example",
                "MailFromDomainStatus": "FAILED",
                "BehaviorOnMxFailure": "REJECT_MESSAGE",
            },
        },
        {"EmailIdentity": "x.example"},
    )

    told = IdentityState(is_verified=True, mail_from="FAILED", rejects_without=True)
    assert asked.account.identity("x.example") == told


def test_what_is_not_there_is_none_and_what_may_not_be_asked_is_an_error(asked: Asked) -> None:
    asked.ses.add_client_error("get_email_identity", "NotFoundException", http_status_code=404)
    asked.ses.add_client_error("get_configuration_set", "NotFoundException", http_status_code=404)
    asked.ses.add_client_error("get_email_identity", "AccessDeniedException", http_status_code=403)

    assert asked.account.identity("x.example") is None
    assert asked.account.configuration("our-mail") is None
    with pytest.raises(RefusedError, match="GetEmailIdentity: AccessDeniedException"):
        asked.account.identity("x.example")


def test_only_reports_that_are_enabled_and_reach_the_bus_count(asked: Asked) -> None:
    bus = {"EventBusArn": "arn:aws:events:eu-west-2:123456789012:event-bus/default"}
    destinations = [
        {
            "Name": "bus",
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "DELIVERY_DELAY", "OPEN"],
            "EventBridgeDestination": bus,
        },
        {
            "Name": "off",
            "Enabled": False,
            "MatchingEventTypes": ["BOUNCE"],
            "EventBridgeDestination": bus,
        },
        {
            "Name": "elsewhere",
            "Enabled": True,
            "MatchingEventTypes": ["COMPLAINT"],
            "SnsDestination": {"TopicArn": "arn:aws:sns:eu-west-2:123456789012:x"},
        },
    ]
    asked.ses.add_response(
        "get_configuration_set", {**SET, "SendingOptions": {"SendingEnabled": True}}, SET
    )
    asked.ses.add_response(
        "get_configuration_set_event_destinations", {"EventDestinations": destinations}, SET
    )

    assert asked.account.configuration("our-mail") == ConfigurationState(
        is_sending_enabled=True, reported=frozenset({MailEvent.SEND, MailEvent.DELIVERY_DELAY})
    )


def test_every_kind_of_report_has_the_name_that_ses_gives_it(asked: Asked) -> None:
    shape: Any = asked.ses.client.meta.service_model.shape_for("EventType")

    assert {each.name for each in MailEvent} <= set(shape.enum)


def test_the_whole_suppression_list_is_read_in_lower_case(asked: Asked) -> None:
    def page(address: str, **more: str) -> dict[str, Any]:
        entry = {"EmailAddress": address, "Reason": "BOUNCE", "LastUpdateTime": NOW}
        return {"SuppressedDestinationSummaries": [entry], **more}

    asked.ses.add_response(
        "list_suppressed_destinations", page("A@x.example", NextToken="2"), {"PageSize": 1000}
    )
    asked.ses.add_response(
        "list_suppressed_destinations", page("b@x.example"), {"PageSize": 1000, "NextToken": "2"}
    )

    assert asked.account.suppressed() == {"a@x.example": "BOUNCE", "b@x.example": "BOUNCE"}


def test_the_latest_rate_counts_and_where_nothing_was_sent_there_is_none(asked: Asked) -> None:
    def points(*rates: float) -> dict[str, Any]:
        ages = range(len(rates), 0, -1)
        found = [
            {"Timestamp": NOW - timedelta(hours=age), "Average": rate}
            for age, rate in zip(ages, rates, strict=True)
        ]
        return {"Datapoints": found[::-1]}

    asked.metrics.add_response("get_metric_statistics", points(0.2, 0.0625))
    asked.metrics.add_response("get_metric_statistics", points())

    assert asked.account.reputation() == Reputation(bounces=62_500, complaints=None)
