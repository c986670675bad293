"""Lets a schedule's moment come: starts what it starts, with the input that it gives.

The emulator's own clock knows no time zones and leaves the scheduled time out of the input, and
nobody wants to wait until July; so the schedules are deployed disabled, and run from here.
"""

import json
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config

from infrastructure.local.aws import LocalAws

_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
_LONGEST_FUNCTION_SECONDS = 900


class ScheduledRunError(Exception):
    """The function that a schedule started has failed; the message is the function's own."""

    retryable = False


def run_schedule(aws: LocalAws, name: str, at: datetime) -> Any:  # noqa: ANN401 - any JSON
    """Start what a schedule starts, as if it were this time, and wait for its end.

    Raises:
        ScheduledRunError: The function failed.
    """
    target = aws.client("scheduler").get_schedule(Name=name)["Target"]
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # A function that takes its time is not started again by an impatient client.
    patient = Config(
        read_timeout=_LONGEST_FUNCTION_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    result = aws.client("lambda", patient).invoke(
        FunctionName=target["Arn"], Payload=target["Input"].replace(_SCHEDULED_TIME, moment)
    )
    payload = json.loads(result["Payload"].read())
    if "FunctionError" in result:
        raise ScheduledRunError(f"{name} at {moment}: {payload.get('errorMessage', payload)}")
    return payload
