"""Dead letters and the state of the queue in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from annual_review.services.recording.messages import Message


@dataclass(slots=True)
class InMemoryDeadLetters:
    """Implements `DeadLetters` and `Arrivals`: nothing waits, and what was rejected is dead."""

    rejected: list[tuple[Message, str]] = field(default_factory=list)

    def put(self, message: Message, reason: str) -> None:
        """Keep a message with the reason for which it was rejected."""
        self.rejected.append((message, reason))

    def waiting(self) -> int:
        """Return zero: what is recorded in memory never waits."""
        return 0

    def dead(self) -> int:
        """Return how many messages were rejected."""
        return len(self.rejected)
