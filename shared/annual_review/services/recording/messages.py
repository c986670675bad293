"""Messages as they come, and where those go that can't be worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NewType, Protocol

MessageId = NewType("MessageId", str)
"""What the queue, or a line of a file, calls one message."""


CONFIRMED: Final = "confirmed"
"""The attribute of a message that a person confirmed: the name of the record of it.

The bus gives messages no attributes: only those who may send to the queue itself can confirm.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came: an event of the casework system, we hope.

    `confirmed` names the record of the person who confirmed it after it had been set aside.
    """

    id: MessageId
    body: str
    confirmed: str | None = None


class RejectedEventError(Exception):
    """This event can't be recorded, now or later. `reason` is machine-readable: `code: where`."""

    def __init__(self, code: str, where: str = "") -> None:
        """Take a reason code and the place it points at; neither may quote the event's content."""
        self.code = code
        self.reason = f"{code}: {where}" if where else code
        super().__init__(self.reason)


class DeadLetters(Protocol):
    """Where messages go that can't be recorded, whole."""

    def put(self, message: Message, reason: str) -> None:
        """Keep a message with the reason for which it was rejected."""
