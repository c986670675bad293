"""What a function says of itself: coded log lines and counts, and never what its messages hold.

A log line is a code with ids and numbers beside it. Errors of our own carry `retryable`; they are
logged with their text, which holds codes by contract. Of any other error only the type and the
place are told, since its text may quote what it stumbled over.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from annual_review.adapters.invocation.settings.base import DeploymentSettings
from annual_review.services.errors import MalformedItemError

NAMESPACE: Final = "AnnualReview"
"""Where CloudWatch keeps the counts: by `service`, the function, and by `stage` and `stack`."""

_FRAMES_TOLD: Final = 5


class InvocationError(Exception):
    """An invocation failed unexpectedly; the log line `unexpected_error` says where."""


class Invocation(Protocol):
    """What is used of Lambda's context."""

    @property
    def aws_request_id(self) -> str:
        """What Lambda calls this invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends it."""


def seconds_left(context: Invocation) -> float:
    """Return how long the invocation may still run."""
    return context.get_remaining_time_in_millis() / 1000


class Observer:
    """The log and the counts of one function."""

    def __init__(self, function: str) -> None:
        self._function = function
        # The code of a line says where it comes from.
        self._logger = Logger(service=function, location=None)

    def note(self, code: str, counted: str = "", /, **ids: object) -> None:
        """Log something worth knowing, and count it if it has a name to be counted under."""
        self._logger.info(code, extra=ids)
        if counted:
            self.count({counted: 1})

    def warn(self, code: str, **ids: object) -> None:
        """Log something that a person may have to look at."""
        self._logger.warning(code, extra=ids)

    def alarm(self, code: str, **ids: object) -> None:
        """Log something that went wrong."""
        self._logger.error(code, extra=ids)

    def rejection(self, message_id: str, reason: str) -> None:
        """Log that a message was set aside: the code of the reason alone.

        What stands behind the code may be the sender's own text. It is kept with the message.
        """
        self.warn("message_rejected", message_id=message_id, reason=reason.partition(":")[0])

    def failure(self, error: Exception, **ids: object) -> None:
        """Log an error: its text if it is ours, else its type and the places it came through."""
        name = type(error).__name__
        if isinstance(error, MalformedItemError):
            # Its text names the item, which a person has to put right; so it sets off the alarm.
            self.alarm("unexpected_error", error=name, why=str(error), **ids)
            self.count({"unexpected_errors": 1})
        elif _is_ours(error):
            self.alarm("failed", error=name, why=str(error), **ids)
        else:
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_TOLD:]
            places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
            self.alarm("unexpected_error", error=name, at=places, **ids)
            self.count({"unexpected_errors": 1})

    def count(self, counts: Mapping[str, int]) -> None:
        """Count what happened, for CloudWatch; what did not happen is not mentioned."""
        happened = {name: count for name, count in counts.items() if count}
        if not happened:
            return
        metrics = EphemeralMetrics(namespace=NAMESPACE, service=self._function)
        deployment = DeploymentSettings.from_environment(os.environ)
        metrics.add_dimension("stage", deployment.stage)
        metrics.add_dimension("stack", deployment.stack_name)
        for name, count in happened.items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
        metrics.flush_metrics()

    @contextmanager
    def invocation(self, context: Invocation) -> Iterator[None]:
        """Log under the invocation's id, and let no error out that could quote a message.

        Raises:
            InvocationError: Instead of an error that was not raised on purpose.
        """
        self._logger.append_keys(request_id=context.aws_request_id)
        try:
            yield
        except Exception as error:
            self.failure(error)
            if _is_ours(error):
                raise
            raise InvocationError(type(error).__name__) from None


def _is_ours(error: Exception) -> bool:
    return isinstance(getattr(error, "retryable", None), bool)
