"""Operators at their desk: the commands on a deployed system in memory, found by its stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import boto3
import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.dead_letter_queue import SqsDeadLetterQueue
from annual_review.adapters.stack import Stack
from annual_review.services.recording.dead_letter_queue import DeadLetter
from tests.fakes.deployment import FakeDeployment
from tests.fakes.mail_account import FakeMailAccount
from tests.integration.faults import an_error
from tests.integration.world import BUCKET, CONFIGURATION_SET, SENDER, TABLE, TEST_MAILBOX, World
from tests.unit.cli.commands import Result, run

BUS: Final = "annual-review-test"


class _Formation:
    """CloudFormation, as far as the commands ask it."""

    def __init__(self, stacks: dict[str, dict[str, str]]) -> None:
        self._stacks = stacks

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 (AWS's name)
        if StackName not in self._stacks:
            raise an_error("ValidationError", operation="DescribeStacks")
        outputs = self._stacks[StackName].items()
        described = [{"OutputKey": key, "OutputValue": value} for key, value in outputs]
        return {"Stacks": [{"StackId": f"arn:{StackName}", "Outputs": described}]}


class Operators:
    """A folder with files, and the commands to try on the world."""

    def __init__(self, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.folder = folder
        aws_clients.events().create_event_bus(Name=BUS)
        outputs = {"TableName": TABLE, "BucketName": BUCKET, "EventBusName": BUS}
        outputs["ApprovalRequired"] = "true"
        for name in ("Decisions", "Prepare", "Send"):
            outputs[f"{name}QueueUrl"] = world.urls[name.lower()]
            outputs[f"{name}DeadLetterQueueUrl"] = world.urls[f"{name.lower()}-dead"]
        older = dict(outputs)
        for name in ("Delivery", "Schedules"):
            outputs[f"{name}DeadLetterQueueUrl"] = world.urls[f"{name.lower()}-dead"]
        outputs |= {"ApprovalRequired": "true", "MailMode": "divert"}
        outputs["DeliveryQueueUrl"] = world.urls["delivery"]
        outputs["CloseYearFunctionName"] = "close-year"
        outputs["EventSources"] = world.named_event_sources
        outputs["SiteAddress"] = "https://figures.example"
        outputs |= {
            "MailFrom": SENDER,
            "TestMailbox": TEST_MAILBOX,
            "ConfigurationSetName": CONFIGURATION_SET,
        }
        self.mail_account = FakeMailAccount()
        monkeypatch.setattr(Stack, "mail_account", lambda _stack, _at: self.mail_account)
        self.deployment = FakeDeployment()
        monkeypatch.setattr(Stack, "state", property(lambda _stack: self.deployment))
        stacks = {
            "annual-review": outputs,
            "rehearsal": outputs,
            "older": older,
            "shop": {"Url": "x"},
        }
        monkeypatch.setattr(aws_clients, "event_sources", lambda: world.event_sources)
        real: Callable[..., object] = boto3.client

        def client(service: str, **options: object) -> object:
            return _Formation(stacks) if service == "cloudformation" else real(service, **options)

        monkeypatch.setattr(boto3, "client", client)

    def dead_letters(self, queue: str) -> Sequence[DeadLetter]:
        """Return the dead letters of a queue, which stay there."""
        urls = self.world.urls[f"{queue}-dead"], self.world.urls.get(queue)
        return list(SqsDeadLetterQueue(aws_clients.sqs(), *urls, self.world.documents).browse())

    def run(self, *arguments: str, columns: int = 200) -> Result:
        """Call the command as its console script does."""
        return run(self.folder, *arguments, columns=columns)
