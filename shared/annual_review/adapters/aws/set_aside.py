"""Messages set aside: why, and as dead letters."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.services.documents import Documents
from annual_review.services.errors import RefusedError
from annual_review.services.recording.messages import DeadLetters, Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from pydantic import ValidationError

LARGEST_MESSAGE: Final = 2**20
"""SQS's limit in bytes for the body of a message and its attributes together."""

_LONGEST_REASON: Final = 500
_NOT_PLAIN: Final = re.compile(r"[^ -~]")


def place_of(error: ValidationError) -> str:
    """Return where a model found the first fault, and of which kind; never what it found there."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'message'} ({first['type']})"


@dataclass(frozen=True, slots=True)
class SqsDeadLetters(DeadLetters):
    """The body whole, the reason as a message attribute.

    A body that leaves no room for the reason goes to the bucket, and a pointer to the queue;
    `overflow` opens the bucket when it is needed, which is hardly ever. Without a bucket such a
    message is refused here, and the queue itself moves it after its last attempt.
    """

    client: SQSClient
    url: str
    overflow: Callable[[], Documents] | None = None
    largest: int = LARGEST_MESSAGE

    @override
    def put(self, message: Message, reason: str) -> None:
        # SQS refuses some characters in an attribute, and an empty one.
        plain = _NOT_PLAIN.sub("?", reason)[:_LONGEST_REASON] or "no reason given"
        room = self.largest - len(plain) - len("reasonString")
        content = message.body.encode("utf-8", "surrogatepass")
        body = message.body if len(content) <= room else self._keep(content)
        with port_errors():
            self.client.send_message(
                QueueUrl=self.url,
                MessageBody=body,
                MessageAttributes={"reason": {"DataType": "String", "StringValue": plain}},
            )

    def _keep(self, content: bytes) -> str:
        if self.overflow is None:
            raise RefusedError(f"a dead letter of {len(content)} bytes is too large for its queue")
        sha256 = hashlib.sha256(content).hexdigest()
        key = rejected_key(sha256)
        self.overflow().put(key, content, "application/json")
        return json.dumps({"kept_in_bucket": key, "bytes": len(content), "sha256": sha256})


def rejected_key(sha256: str) -> str:
    """Return where a rejected message is kept that is too large for a queue."""
    return f"rejected/{sha256}.json"
