"""A dead-letter queue of SQS, for operators: looked through, sent back from, deleted from.

SQS can't show messages without handing them out. So they are received for a short time, in which
nobody else sees them, and released at the end. What somebody else is looking at is not shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.adapters.aws.queues import MOST_MESSAGES, message_count
from annual_review.adapters.aws.set_aside import LARGEST_MESSAGE, rejected_key
from annual_review.services.documents import Documents
from annual_review.services.errors import PortError, RefusedError
from annual_review.services.recording.dead_letter_queue import (
    NO_REASON,
    DeadLetter,
    DeadLetterQueue,
)
from annual_review.services.recording.messages import CONFIRMED, MessageId

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef, MessageTypeDef

HIDDEN_SECONDS: Final = 60
"""How long a message that was received is hidden from others, unless it is released before."""

WAIT_SECONDS: Final = 1
"""How long SQS looks for a message: long enough for it to ask all of its servers."""

_MOST_EMPTY: Final = 2
"""After so many receives in a row without a message the queue counts as seen through."""

_MOST_KNOWN: Final = 20
"""After so many receives in a row with known messages alone, too: their time has run out again."""


@dataclass(frozen=True, slots=True)
class SqsDeadLetterQueue(DeadLetterQueue):
    """`source_url` is the queue that the messages come from."""

    client: SQSClient
    url: str
    source_url: str | None
    """`None` where the messages come from no queue: they are failed runs of functions."""
    documents: Documents

    @override
    def browse(self) -> Generator[DeadLetter, None, None]:
        receipts: dict[MessageId, str] = {}
        empty = known = 0
        try:
            while empty < _MOST_EMPTY and known < _MOST_KNOWN:
                found = [_letter(each) for each in self._receive()]
                new = [letter for letter in found if letter.id not in receipts]
                # One whose time ran out comes again: only its latest receipt can release it.
                receipts |= {letter.id: letter.receipt for letter in found}
                empty = 0 if found else empty + 1
                known = 0 if new else known + 1
                yield from new
        finally:
            self._release(list(receipts.values()))

    @override
    def count(self) -> int:
        return message_count(self.client, self.url)

    @override
    def whole(self, letter: DeadLetter) -> str:
        """Return it from the bucket if it was too large for the queue.

        Raises:
            MissingError: It should lie in the bucket and does not.
            RefusedError: What lies in the bucket is not what was put there.
        """
        pointer = _pointer(letter.body)
        if pointer is None:
            return letter.body
        content = self.documents.get(rejected_key(pointer["sha256"]))
        if hashlib.sha256(content).hexdigest() != pointer["sha256"]:
            raise RefusedError(f"{rejected_key(pointer['sha256'])} is not what was kept there")
        return content.decode("utf-8", "surrogatepass")

    @override
    def send_back(self, body: str, confirmed: str | None = None) -> None:
        if self.source_url is None:
            raise RefusedError("the message comes from no queue that it could be sent back to")
        attributes: dict[str, MessageAttributeValueTypeDef] = {}
        if confirmed:
            attributes[CONFIRMED] = {"DataType": "String", "StringValue": confirmed}
        size = len(body.encode("utf-8", "surrogatepass"))
        if size > LARGEST_MESSAGE:
            raise RefusedError(f"a message of {size} bytes is too large for its queue")
        with port_errors():
            self.client.send_message(
                QueueUrl=self.source_url, MessageBody=body, MessageAttributes=attributes
            )

    @override
    def delete(self, letter: DeadLetter) -> None:
        with port_errors():
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)

    def _receive(self) -> Sequence[MessageTypeDef]:
        with port_errors():
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=MOST_MESSAGES,
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=WAIT_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return answer.get("Messages", [])

    def _release(self, receipts: Sequence[str]) -> None:
        """Show messages to others again; one that was deleted can't be, which is no harm."""
        for start in range(0, len(receipts), MOST_MESSAGES):
            entries: list[Any] = [
                {"Id": str(place), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for place, receipt in enumerate(receipts[start : start + MOST_MESSAGES])
            ]
            try:
                with port_errors():
                    self.client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)
            except PortError:
                # They come to light by themselves when their time has run out.
                return


def _letter(message: MessageTypeDef) -> DeadLetter:
    body = message["Body"]
    pointer = _pointer(body)
    attributes = message.get("MessageAttributes", {})
    run = _failed_run(body)
    milliseconds = int(message["Attributes"]["SentTimestamp"])
    return DeadLetter(
        id=MessageId(message["MessageId"]),
        body=body,
        reason=run[1] if run else _reason(attributes),
        since=datetime.fromtimestamp(milliseconds // 1000, UTC),
        size=pointer["bytes"] if pointer else len(body.encode("utf-8", "surrogatepass")),
        receipt=message["ReceiptHandle"],
        function=run[0] if run else _target(attributes),
    )


def _failed_run(body: str) -> tuple[str, str] | None:
    """Return the function and the reason from what Lambda writes of a run that failed each time."""
    if '"requestContext"' not in body:
        return None
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match record:
        case {
            "requestContext": {"functionArn": str(arn), "condition": str()},
            "responsePayload": {"errorType": str(why)},
        }:
            return _name_in(arn), f"run_failed: {why}"
        case {"requestContext": {"functionArn": str(arn), "condition": str(why)}}:
            return _name_in(arn), f"run_failed: {why}"
        case _:
            return None


def _target(attributes: Mapping[str, Any]) -> str:
    """Return the function that a schedule could not start."""
    return _name_in(attributes["TARGET_ARN"]["StringValue"]) if "TARGET_ARN" in attributes else ""


def _name_in(arn: str) -> str:
    """Return the name of a function from its ARN: arn:aws:lambda:REGION:ACCOUNT:function:NAME."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 else ""  # noqa: PLR2004 (the place of the name)


def _reason(attributes: Mapping[str, Any]) -> str:
    """Return why a message was set aside: by a function of ours, or by the bus."""
    if "reason" in attributes:
        return str(attributes["reason"]["StringValue"])
    if "ERROR_CODE" in attributes:
        return f"not_delivered: {attributes['ERROR_CODE']['StringValue']}"
    return NO_REASON


def _pointer(body: str) -> dict[str, Any] | None:
    """Return what `SqsDeadLetters` wrote in place of a message too large for the queue."""
    if not body.startswith('{"kept_in_bucket": '):
        return None
    try:
        pointer = json.loads(body)
    except ValueError:
        return None
    match pointer:
        case {"kept_in_bucket": str(key), "bytes": int(), "sha256": str(sha256)} if (
            key == rejected_key(sha256)
        ):
            return dict(pointer)
    return None
