"""The deployed system, found by the name of its stack; for operators, not functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import boto3
from botocore.exceptions import ClientError

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.aws_errors import code_of, named, port_errors
from annual_review.adapters.aws.bucket import Lock, S3Documents
from annual_review.adapters.aws.close_function import CloseFunction
from annual_review.adapters.aws.dead_letter_queue import SqsDeadLetterQueue
from annual_review.adapters.aws.deployment_state import DeploymentState
from annual_review.adapters.aws.event_bus import EventBus
from annual_review.adapters.aws.event_sources import LambdaEventSources
from annual_review.adapters.aws.publication_bucket import S3PublicationFiles
from annual_review.adapters.aws.queues import SqsArrivals, SqsLetterQueue, message_count
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.mail.ses_account import SesAccount
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.errors import MissingError, RefusedError
from annual_review.services.readiness.deployment import Protection
from annual_review.services.readiness.sending_checks import MailSettings


@dataclass(frozen=True, slots=True)
class Stack:
    """What the operators' commands need of the deployed system.

    `id` tells it from every other, those of the same name in other accounts and regions included.
    `is_sample`: every letter of it says SAMPLE. `lock` keeps what is frozen from being deleted.
    """

    table: Table
    id: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    is_sample: bool = False
    lock: Lock | None = None
    protection: Protection = field(default_factory=lambda: Protection("", is_on=False))

    @property
    def documents(self) -> S3Documents:
        """The bucket."""
        return S3Documents(aws_clients.s3(), self._output("BucketName"), self.lock)

    @property
    def publications(self) -> S3PublicationFiles:
        """The files of publications, in the bucket."""
        return S3PublicationFiles(aws_clients.s3(), self._output("BucketName"), self.lock)

    @property
    def site_address(self) -> str:
        """Where the public reads what is published, without a slash at the end."""
        return self._output("SiteAddress").rstrip("/")

    @property
    def bus(self) -> EventBus:
        """The bus that takes the events of casework."""
        return EventBus(aws_clients.events(), self._output("EventBusName"))

    @property
    def arrivals(self) -> SqsArrivals:
        """What waits to be recorded."""
        return SqsArrivals(
            aws_clients.sqs(),
            self._output("DecisionsQueueUrl"),
            self._output("DecisionsDeadLetterQueueUrl"),
        )

    @property
    def prepare_queue(self) -> SqsLetterQueue:
        """The letters that wait to be prepared."""
        return SqsLetterQueue(aws_clients.sqs(), self._output("PrepareQueueUrl"))

    @property
    def send_queue(self) -> SqsLetterQueue:
        """The letters that wait to be sent."""
        return SqsLetterQueue(aws_clients.sqs(), self._output("SendQueueUrl"))

    @property
    def event_sources(self) -> LambdaEventSources:
        """What has the functions work on their queues."""
        return LambdaEventSources.named(aws_clients.event_sources(), self._output("EventSources"))

    @property
    def close_year(self) -> CloseFunction:
        """The function that closes years."""
        return CloseFunction(aws_clients.functions(), self._output("CloseYearFunctionName"))

    @property
    def approval_required(self) -> bool:
        """Whether a letter is sent only if a person has approved it."""
        return self._output("ApprovalRequired") == "true"

    def dead_letters(self, queue: str) -> SqsDeadLetterQueue:
        """Return the dead letters of a queue: `decisions`, `prepare`, `send` or `delivery`.

        Those of `schedules` are runs that failed; they come from no queue.
        """
        name = queue.capitalize()
        return SqsDeadLetterQueue(
            aws_clients.sqs(),
            self._output(f"{name}DeadLetterQueueUrl"),
            None if queue == "schedules" else self._output(f"{name}QueueUrl"),
            self.documents,
        )

    def dead_letter_counts(self) -> Mapping[str, int]:
        """Return how many messages lie in each dead-letter queue, by the name of its queue."""
        sqs = aws_clients.sqs()
        return {
            name: message_count(sqs, self._output(f"{name.capitalize()}DeadLetterQueueUrl"))
            for name in ("decisions", "prepare", "send", "delivery", "schedules")
        }

    def mail_account(self, at: datetime) -> SesAccount:
        """Return the account that sends the letters, as it is at a moment."""
        return SesAccount(aws_clients.sesv2_account(), aws_clients.cloudwatch(), at)

    @property
    def mail_settings(self) -> MailSettings:
        """How letters are sent."""
        return MailSettings(
            self.mail_mode,
            EmailAddress(self._output("MailFrom")),
            EmailAddress(self._output("TestMailbox")),
            self._output("ConfigurationSetName"),
        )

    @property
    def state(self) -> DeploymentState:
        """What AWS says of it: schedules, queues, and who is told of alarms."""
        queues = ("decisions", "prepare", "send", "delivery")
        return DeploymentState(
            aws_clients.scheduler(),
            aws_clients.sns(),
            aws_clients.sqs(),
            aws_clients.cloudwatch(),
            self.event_sources,
            {
                "the issue date": self._output("LettersDayScheduleName"),
                "the watch": self._output("WatchScheduleName"),
                "the publication day": self._output("PublicationDayScheduleName"),
                "the year end": self._output("YearEndScheduleName"),
            },
            {name: self._output(f"{name.capitalize()}QueueUrl") for name in queues},
            {
                name: self._output(f"{name.capitalize()}DeadLetterQueueUrl")
                for name in (*queues, "schedules")
            },
            self._output("AlarmTopicArn"),
            self.protection,
        )

    @property
    def mail_mode(self) -> MailMode:
        """Where letters go."""
        return MailMode(self._output("MailMode"))

    def _output(self, key: str) -> str:
        if key not in self.outputs:
            raise MissingError(f"the stack has no output {key}: deploy its present template")
        return self.outputs[key]


def find_stack(name: str, clock: Callable[[], datetime]) -> Stack:
    """Find the deployed system with the credentials and the region of the environment.

    What is frozen is locked from the moment on that the clock tells.

    Raises:
        MissingError: There is no such stack, or it is another system's.
        PortError: AWS can't be asked.
    """
    with port_errors():
        try:
            client = boto3.client("cloudformation")
        except ValueError as error:
            # Of an empty region, or an address that is none, boto3 makes no error of its own.
            raise RefusedError(str(error)) from error
        try:
            described = client.describe_stacks(StackName=name)
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            raise MissingError(f"there is none of this name ({named(error)})") from None
    stack = described["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if "TableName" not in outputs:
        raise MissingError(f"stack {name} is another system's: it has no output TableName")
    table = Table(aws_clients.dynamodb(), outputs["TableName"])
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
    is_sample = given.get("SampleNotice") == "true"
    # A stack that was deployed before there were locks has no such output, and locks nothing.
    lock = Lock(int(outputs.get("LockDays", "0")), clock)
    is_protected = stack.get("EnableTerminationProtection", False)
    protection = Protection(given.get("Stage", ""), is_on=is_protected)
    return Stack(table, stack.get("StackId", name), outputs, is_sample, lock, protection)
