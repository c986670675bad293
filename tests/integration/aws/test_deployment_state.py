"""The state of a deployment, in the shapes that botocore knows of the answers of AWS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.deployment_state import DeploymentState
from annual_review.services.errors import RefusedError
from annual_review.services.readiness.deployment import Protection, Subscriptions
from tests.integration.world import World

TOPIC = "arn:aws:sns:eu-west-2:123456789012:alarms"
OURS = f"{TOPIC}:1"


class NoSources:
    """Implements `EventSources`: somebody has stopped one function."""

    def stopped(self) -> Sequence[str]:
        """Return it."""
        return ["send_letter"]


def a_state(
    scheduler: Any = None,  # noqa: ANN401
    sns: Any = None,  # noqa: ANN401
    cloudwatch: Any = None,  # noqa: ANN401
    **urls: str,
) -> DeploymentState:
    return DeploymentState(
        scheduler=scheduler,
        sns=sns,
        sqs=aws_clients.sqs(),
        cloudwatch=cloudwatch,
        sources=NoSources(),
        schedule_names={"the issue date": "letters-day", "the watch": "watch"},
        queue_urls=urls,
        dead_letter_urls=urls,
        topic=TOPIC,
        protected=Protection("test", is_on=False),
    )


def test_a_schedule_that_is_gone_is_missing_and_the_others_have_their_state() -> None:
    scheduler: Any = boto3.client("scheduler", region_name="eu-west-2")
    with Stubber(scheduler) as asked:
        asked.add_response("get_schedule", {"State": "DISABLED"}, {"Name": "letters-day"})
        asked.add_client_error("get_schedule", "ResourceNotFoundException", http_status_code=404)
        asked.add_client_error("get_schedule", "AccessDeniedException", http_status_code=403)

        state = a_state(scheduler)
        assert state.schedules() == {"the issue date": "DISABLED", "the watch": "missing"}
        with pytest.raises(RefusedError, match="GetSchedule: AccessDenied"):
            state.schedules()


def test_who_has_not_confirmed_a_subscription_is_told_of_nothing() -> None:
    sns: Any = boto3.client("sns", region_name="eu-west-2")
    with Stubber(sns) as asked:
        first = {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}], "NextToken": "2"}
        asked.add_response("list_subscriptions_by_topic", first, {"TopicArn": TOPIC})
        asked.add_response(
            "list_subscriptions_by_topic",
            {"Subscriptions": [{"SubscriptionArn": OURS}]},
            {"TopicArn": TOPIC, "NextToken": "2"},
        )

        assert a_state(sns=sns).subscriptions() == Subscriptions(confirmed=1, pending=1)


def test_queues_are_counted_and_stopped_functions_named(world: World) -> None:
    aws_clients.sqs().send_message(QueueUrl=world.urls["send"], MessageBody="x")
    state = a_state(send=world.urls["send"], prepare=world.urls["prepare"])

    assert state.waiting() == {"send": 1, "prepare": 0}
    assert state.dead_letters() == {"send": 1, "prepare": 0}
    assert state.stopped_functions() == ["send_letter"]


def test_of_the_alarms_that_are_raised_those_that_tell_our_topic_are_ours() -> None:
    cloudwatch: Any = boto3.client("cloudwatch", region_name="eu-west-2")
    told = {"AlarmName": "a", "AlarmActions": [TOPIC], "AlarmDescription": "Look at the queue."}
    others = {"AlarmName": "b", "AlarmActions": [f"{TOPIC}-of-others"]}
    unworded = {"AlarmName": "c", "AlarmActions": [TOPIC]}
    with Stubber(cloudwatch) as asked:
        kinds = {"StateValue": "ALARM", "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
        first = {"MetricAlarms": [told, others], "NextToken": "2"}
        asked.add_response("describe_alarms", first, kinds)
        second = {"CompositeAlarms": [unworded]}
        asked.add_response("describe_alarms", second, {**kinds, "NextToken": "2"})
        assert a_state(cloudwatch=cloudwatch).raised_alarms() == ["Look at the queue.", "c"]
