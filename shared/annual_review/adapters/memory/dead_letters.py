"""A dead-letter queue in memory."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from annual_review.services.recording.dead_letter_queue import DeadLetter, DeadLetterQueue
from annual_review.services.recording.messages import MessageId


@dataclass(slots=True)
class InMemoryDeadLetterQueue(DeadLetterQueue):
    """`sent_back` is the queue that its messages come from.

    `confirmed` holds, by their bodies, the records of those that a person confirmed.
    """

    letters: dict[MessageId, DeadLetter] = field(default_factory=dict)
    sent_back: list[str] = field(default_factory=list)
    confirmed: dict[str, str] = field(default_factory=dict)

    def browse(self) -> Generator[DeadLetter, None, None]:
        yield from list(self.letters.values())

    def count(self) -> int:
        return len(self.letters)

    def whole(self, letter: DeadLetter) -> str:
        return letter.body

    def send_back(self, body: str, confirmed: str | None = None) -> None:
        self.sent_back.append(body)
        if confirmed:
            self.confirmed[body] = confirmed

    def delete(self, letter: DeadLetter) -> None:
        self.letters.pop(letter.id, None)
