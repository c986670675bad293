"""The mail account in Amazon SES: what SES and CloudWatch say of it. Nothing is sent or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError
from typing_extensions import override

from annual_review.adapters.aws.aws_errors import code_of, port_errors
from annual_review.domain.recipients import EmailAddress
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.readiness.mail_account import (
    PER_MILLION,
    AccountState,
    ConfigurationState,
    IdentityState,
    MailAccount,
    Reputation,
    SendingAccount,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sesv2 import SESV2Client

_T = TypeVar("_T")

_LOOKING_BACK: Final = timedelta(days=2)
"""SES measures an account every hour, as long as it sends."""


@dataclass(frozen=True, slots=True)
class SesSending(SendingAccount):
    """The account as far as the sending of letters goes."""

    client: SESV2Client

    @override
    def account(self) -> AccountState:
        with port_errors():
            told = self.client.get_account()
        quota = told.get("SendQuota", {})
        most = quota.get("Max24HourSend", 0.0)
        return AccountState(
            has_production_access=told.get("ProductionAccessEnabled", False),
            is_sending_enabled=told.get("SendingEnabled", False),
            enforcement=told.get("EnforcementStatus", "unknown"),
            # SES writes a quota without limit as -1.
            quota=None if most < 0 else int(most),
            sent=int(quota.get("SentLast24Hours", 0.0)),
        )

    @override
    def identity(self, name: str) -> IdentityState | None:
        told = _or_none(lambda: self.client.get_email_identity(EmailIdentity=name))
        if told is None:
            return None
        mail_from = told.get("MailFromAttributes", {})
        return IdentityState(
            is_verified=told.get("VerifiedForSendingStatus", False),
            mail_from=mail_from.get("MailFromDomainStatus", ""),
            rejects_without=mail_from.get("BehaviorOnMxFailure") == "REJECT_MESSAGE",
        )

    @override
    def configuration(self, name: str) -> ConfigurationState | None:
        told = _or_none(lambda: self.client.get_configuration_set(ConfigurationSetName=name))
        if told is None:
            return None
        with port_errors():
            found = self.client.get_configuration_set_event_destinations(ConfigurationSetName=name)
        reported = {
            kind
            for each in found.get("EventDestinations", [])
            if each.get("Enabled") and "EventBridgeDestination" in each
            for kind in each.get("MatchingEventTypes", [])
        }
        return ConfigurationState(
            is_sending_enabled=told.get("SendingOptions", {}).get("SendingEnabled", False),
            reported=frozenset(each for each in MailEvent if each.name in reported),
        )


@dataclass(frozen=True, slots=True)
class SesAccount(SesSending, MailAccount):
    """The whole account, as it is at one moment."""

    metrics: CloudWatchClient
    at: datetime

    @override
    def reputation(self) -> Reputation:
        return Reputation(self._rate("BounceRate"), self._rate("ComplaintRate"))

    @override
    def suppressed(self) -> Mapping[EmailAddress, str]:
        found: dict[EmailAddress, str] = {}
        request: dict[str, Any] = {"PageSize": 1000}
        while True:
            with port_errors():
                page = self.client.list_suppressed_destinations(**request)
            for each in page.get("SuppressedDestinationSummaries", []):
                found[EmailAddress(each["EmailAddress"].casefold())] = each["Reason"]
            if not (token := page.get("NextToken")):
                return found
            request["NextToken"] = token

    def _rate(self, name: str) -> int | None:
        with port_errors():
            told = self.metrics.get_metric_statistics(
                Namespace="AWS/SES",
                MetricName=f"Reputation.{name}",
                StartTime=self.at - _LOOKING_BACK,
                EndTime=self.at,
                Period=3600,
                Statistics=["Average"],
            )
        points = sorted(told["Datapoints"], key=lambda each: each["Timestamp"])
        return int(points[-1]["Average"] * PER_MILLION) if points else None


def _or_none(ask: Callable[[], _T]) -> _T | None:
    """Ask for something by its name; there may be nothing of that name."""
    with port_errors():
        try:
            return ask()
        except ClientError as error:
            if code_of(error) != "NotFoundException":
                raise
            return None
