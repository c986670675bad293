"""The state of a deployment, as AWS knows it: its schedules, its queues, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from typing_extensions import override

from annual_review.adapters.aws.aws_errors import code_of, port_errors
from annual_review.adapters.aws.queues import message_count
from annual_review.services.event_sources import EventSources
from annual_review.services.readiness.deployment import Deployment, Protection, Subscriptions

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class DeploymentState(Deployment):
    """Schedules are named by what they are for, queues by their names.

    Of SNS and of the scheduler no types are installed.
    """

    scheduler: Any
    sns: Any
    sqs: SQSClient
    cloudwatch: CloudWatchClient
    sources: EventSources
    schedule_names: Mapping[str, str]
    queue_urls: Mapping[str, str]
    dead_letter_urls: Mapping[str, str]
    topic: str
    protected: Protection

    @override
    def schedules(self) -> Mapping[str, str]:
        return {what: self._state_of(name) for what, name in self.schedule_names.items()}

    def _state_of(self, name: str) -> str:
        with port_errors():
            try:
                state: str = self.scheduler.get_schedule(Name=name)["State"]
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                return "missing"
        return state

    @override
    def waiting(self) -> Mapping[str, int]:
        return self._counts(self.queue_urls)

    @override
    def dead_letters(self) -> Mapping[str, int]:
        return self._counts(self.dead_letter_urls)

    def _counts(self, urls: Mapping[str, str]) -> Mapping[str, int]:
        return {name: message_count(self.sqs, url) for name, url in urls.items()}

    @override
    def stopped_functions(self) -> Sequence[str]:
        return self.sources.stopped()

    @override
    def raised_alarms(self) -> Sequence[str]:
        with port_errors():
            pages = self.cloudwatch.get_paginator("describe_alarms").paginate(
                StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
            )
            found = [
                alarm
                for page in pages
                for alarm in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
            ]
        # An account may have others' alarms; ours are those that tell our topic.
        ours = [each for each in found if self.topic in each.get("AlarmActions", ())]
        return [each.get("AlarmDescription") or each["AlarmName"] for each in ours]

    @override
    def protection(self) -> Protection:
        return self.protected

    @override
    def subscriptions(self) -> Subscriptions:
        confirmed = pending = 0
        request: dict[str, str] = {"TopicArn": self.topic}
        while True:
            with port_errors():
                page = self.sns.list_subscriptions_by_topic(**request)
            for each in page["Subscriptions"]:
                # Until somebody confirms it, a subscription has no name but this.
                is_pending = each["SubscriptionArn"] == "PendingConfirmation"
                pending += is_pending
                confirmed += not is_pending
            if not (token := page.get("NextToken")):
                return Subscriptions(confirmed, pending)
            request["NextToken"] = token
