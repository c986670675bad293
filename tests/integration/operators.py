"""Operators at their desk: the commands on a deployed system in memory, found by its stack."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import boto3
import pytest

from annual_review import console
from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.dead_letter_queue import SqsDeadLetterQueue
from annual_review.cli.app import main
from annual_review.services.recording.dead_letter_queue import DeadLetter
from tests.integration.faults import an_error
from tests.integration.world import BUCKET, TABLE, World

BUS: Final = "annual-review-test"


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """Everything it said, on one line."""
        return " ".join((self.stdout + self.stderr).split())


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
        outputs["CloseYearFunctionName"] = "close-year"
        outputs["SiteAddress"] = "https://figures.example"
        stacks = {
            "annual-review": outputs,
            "rehearsal": outputs,
            "older": older,
            "shop": {"Url": "x"},
        }
        real: Callable[..., object] = boto3.client

        def client(service: str, **options: object) -> object:
            return _Formation(stacks) if service == "cloudformation" else real(service, **options)

        monkeypatch.setattr(boto3, "client", client)

    def dead_letters(self, queue: str) -> Sequence[DeadLetter]:
        """Return the dead letters of a queue, which stay there."""
        urls = self.world.urls[f"{queue}-dead"], self.world.urls[queue]
        return list(SqsDeadLetterQueue(aws_clients.sqs(), *urls, self.world.documents).browse())

    def run(self, *arguments: str, columns: int = 200) -> Result:
        """Call the command as its console script does."""
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
            mock.patch.object(sys, "argv", ["annual-review", *arguments]),
            # A console keeps the width that it was made with, whatever is asked for later.
            mock.patch.object(console.out, "_width", columns),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return Result(code, stdout.getvalue(), stderr.getvalue())
