"""A dead-letter queue in memory."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from annual_review.services.recording.dead_letter_queue import DeadLetter
from annual_review.services.recording.messages import MessageId


@dataclass(slots=True)
class InMemoryDeadLetterQueue:
    """Implements `DeadLetterQueue`; `sent_back` is the queue that its messages come from.

    `confirmed` holds, by their bodies, the records of those that a person confirmed.
    """

    letters: dict[MessageId, DeadLetter] = field(default_factory=dict)
    sent_back: list[str] = field(default_factory=list)
    confirmed: dict[str, str] = field(default_factory=dict)

    def browse(self) -> Generator[DeadLetter, None, None]:
        """Go through the messages that lie there when it begins."""
        yield from list(self.letters.values())

    def count(self) -> int:
        """Return how many messages lie there."""
        return len(self.letters)

    def whole(self, letter: DeadLetter) -> str:
        """Return the body: in memory nothing is too large."""
        return letter.body

    def send_back(self, body: str, confirmed: str | None = None) -> None:
        """Put a message into the queue that dead letters come from."""
        self.sent_back.append(body)
        if confirmed:
            self.confirmed[body] = confirmed

    def delete(self, letter: DeadLetter) -> None:
        """Delete a message; deleting it again changes nothing."""
        self.letters.pop(letter.id, None)
