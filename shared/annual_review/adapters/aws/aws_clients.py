"""Clients of AWS, made once per process: how long each waits, and how often it tries again.

Botocore waits a minute for a connection and another for an answer; a function that waits that long
is ended before it can hand its work back, so every time is set here. Retries are botocore's
standard mode: a few attempts with jittered waits, on throttling, time-outs and failures of the
other side. Region, credentials and endpoints come from the environment that Lambda sets.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

MAIL_READ_TIMEOUT: Final = 30
"""Seconds to wait for the mail service: an answer given up too early is a letter left unknown."""

LONGEST_TABLE_CALL: Final = 15
"""Seconds that one call of the table takes at worst: all its attempts, and the waits between."""


def _config(*, attempts: int, connect: float, read: float) -> Config:
    # Mypy knows the keys of the retries; the stubs don't know the account's endpoint mode.
    options: dict[str, Any] = {
        # The account's own endpoint of DynamoDB is not what a local or a private endpoint serves.
        "account_id_endpoint_mode": "disabled",
        "retries": {"mode": "standard", "total_max_attempts": attempts},
    }
    return Config(connect_timeout=connect, read_timeout=read, **options)


@cache
def dynamodb() -> DynamoDBClient:
    """Return the client of the table. It answers in milliseconds or not at all."""
    return boto3.client("dynamodb", config=_config(attempts=3, connect=1, read=3))


@cache
def events() -> EventBridgeClient:
    """Return the client of the event bus."""
    return boto3.client("events", config=_config(attempts=3, connect=2, read=10))


@cache
def functions() -> LambdaClient:
    """Return the client that starts functions, and waits as long as any of them may run.

    It makes one attempt: another would start the function a second time beside the first.
    """
    return boto3.client("lambda", config=_config(attempts=1, connect=5, read=910))


@cache
def event_sources() -> LambdaClient:
    """Return the client that asks Lambda what works on the queues, and starts nothing."""
    return boto3.client("lambda", config=_config(attempts=3, connect=2, read=5))


@cache
def s3() -> S3Client:
    """Return the client of the bucket.

    It sends a document at once. Botocore first asks whether it may, and waits for the answer: for
    documents as small as ours that doubles what each takes, and a site has thousands.
    """
    client = boto3.client("s3", config=_config(attempts=3, connect=2, read=10))
    # Where botocore adds that header, and after it: a handler of one operation would come first.
    client.meta.events.register_last("before-call.s3", _sent_at_once)
    return client


def _sent_at_once(params: dict[str, Any], **_: object) -> None:
    params["headers"].pop("Expect", None)


@cache
def cloudwatch() -> CloudWatchClient:
    """Return the client that reads metrics."""
    return boto3.client("cloudwatch", config=_config(attempts=3, connect=2, read=10))


@cache
def scheduler() -> Any:  # noqa: ANN401 (no types of it are installed)
    """Return the client of the schedules."""
    return boto3.client("scheduler", config=_config(attempts=3, connect=2, read=10))


@cache
def sns() -> Any:  # noqa: ANN401 (no types of it are installed)
    """Return the client of the topic of alarms."""
    return boto3.client("sns", config=_config(attempts=3, connect=2, read=10))


@cache
def sqs() -> SQSClient:
    """Return the client of the queues."""
    return boto3.client("sqs", config=_config(attempts=3, connect=2, read=10))


@cache
def sesv2() -> SESV2Client:
    """Return the client of the mail service, which makes exactly one attempt.

    A message has no idempotency token: to repeat a request that timed out is to send it twice.
    """
    return boto3.client("sesv2", config=_config(attempts=1, connect=3, read=MAIL_READ_TIMEOUT))


@cache
def sesv2_account() -> SESV2Client:
    """Return the client that asks SES about our account, and sends nothing.

    SES answers this question once a second for a whole account, and senders start together: so it
    is asked a few times. Half a minute at worst.
    """
    return boto3.client("sesv2", config=_config(attempts=3, connect=2, read=5))
