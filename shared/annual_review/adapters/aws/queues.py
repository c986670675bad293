"""Queues: requests for letters, and what still waits to be recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.domain.letters import FIRST_DISPATCH, LetterId
from annual_review.services.errors import RefusedError, ThrottledError
from annual_review.services.letters.letter import LetterQueue
from annual_review.services.recording.arrivals import Arrivals

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_MESSAGES: Final = 10
"""SQS's limit for one SendMessageBatch."""


def letter_request(letter: LetterId) -> str:
    """Write the body of a message that asks for a letter."""
    record = {"year": letter.year.ends, "revision": letter.revision, "authority": letter.authority}
    again = {} if letter.dispatch == FIRST_DISPATCH else {"dispatch": letter.dispatch}
    return json.dumps(record | again)


@dataclass(frozen=True, slots=True)
class SqsLetterQueue(LetterQueue):
    """A queue of requests, each for one letter."""

    client: SQSClient
    url: str

    @override
    def put(self, letters: Sequence[LetterId]) -> None:
        for start in range(0, len(letters), MOST_MESSAGES):
            bodies = [letter_request(each) for each in letters[start : start + MOST_MESSAGES]]
            entries = [
                {"Id": str(place), "MessageBody": body}
                for place, body in zip(count(), bodies, strict=False)
            ]
            # A batch may be taken in part. What was refused gets one more chance, by itself.
            if (failed := self._send(entries)) and (
                failed := self._send([each for each in entries if each["Id"] in failed])
            ):
                codes = ", ".join(sorted(set(failed.values())))
                kind = RefusedError if "sender" in codes else ThrottledError
                raise kind(f"SendMessageBatch: {len(failed)} messages not taken: {codes}")

    def _send(self, entries: Sequence[Any]) -> dict[str, str]:
        """Send a batch; return the ids that were not taken, each with its code and whose fault."""
        with port_errors():
            answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)
        return {
            each["Id"]: f"{each['Code']} ({'sender' if each['SenderFault'] else 'queue'})"
            for each in answer.get("Failed", [])
        }


@dataclass(frozen=True, slots=True)
class SqsArrivals(Arrivals):
    """SQS counts approximately, and says so."""

    client: SQSClient
    url: str
    dead_letter_url: str

    @override
    def waiting(self) -> int:
        return message_count(self.client, self.url)

    @override
    def dead(self) -> int:
        return message_count(self.client, self.dead_letter_url)


def message_count(client: SQSClient, url: str) -> int:
    """Return how many messages a queue holds: waiting, being worked on, and delayed."""
    with port_errors():
        answer = client.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
    return sum(int(number) for number in answer["Attributes"].values())
