"""The port to a dead-letter queue, and what can be read of the messages that lie there."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from annual_review.services.recording.messages import MessageId

NO_REASON: Final = "none"
"""The reason of a message that was tried too often: nobody rejected it."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of a dead-letter queue.

    Attributes:
        id: What the queue calls it, for as long as it lies there.
        body: What the queue holds: the message, or where in the bucket the message is kept.
        reason: Why it was rejected, `code: where`, or `NO_REASON`.
        since: When it was set aside; one that was tried too often, when it first came.
        size: How many bytes the whole message has.
        receipt: What the queue wants to be shown when the message is deleted.
    """

    id: MessageId
    body: str
    reason: str
    since: datetime
    size: int
    receipt: str

    @property
    def code(self) -> str:
        """The machine-readable part of the reason."""
        return self.reason.partition(":")[0]


class DeadLetterQueue(Protocol):
    """A dead-letter queue, with the queue that its messages come from."""

    def browse(self) -> Generator[DeadLetter, None, None]:
        """Go through the messages, each once; those that are not deleted stay.

        Raises:
            PortError: The queue could not be read to its end.
        """
        ...

    def count(self) -> int:
        """Return how many messages the queue holds, about.

        Raises:
            PortError: It could not be read.
        """
        ...

    def whole(self, letter: DeadLetter) -> str:
        """Return a message as it came, though it was too large for the queue.

        Raises:
            MissingError: It should lie in the bucket and does not.
            PortError: It could not be read.
        """
        ...

    def send_back(self, body: str, confirmed: str | None = None) -> None:
        """Put a message into the queue that dead letters come from.

        `confirmed` names the record of the person who confirmed it; it goes with the message.

        Raises:
            PortError: It was not taken.
        """
        ...

    def delete(self, letter: DeadLetter) -> None:
        """Delete a message from among the dead letters.

        Raises:
            PortError: It was not deleted.
        """
        ...


@dataclass(frozen=True, slots=True)
class Contents:
    """What a message seems to be about, as far as it can be read; empty where it can't."""

    event_type: str = ""
    case_reference: str = ""
    authority: str = ""


def contents_of(body: str) -> Contents:
    """Read what can be read of a message that may be anything."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return Contents()
    event = message if isinstance(message, dict) else {}
    detail = event.get("detail")
    # A request for a letter has no envelope: its members are the message.
    about: Mapping[str, Any] = detail if isinstance(detail, dict) else event
    return Contents(
        *(
            str(value) if isinstance(value, str | int) else ""
            for value in (
                event.get("detail-type"),
                about.get("case_reference"),
                about.get("authority"),
            )
        )
    )
