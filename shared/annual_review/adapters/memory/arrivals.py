"""Dead letters and the state of the queue in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from annual_review.services.recording.arrivals import Arrivals
from annual_review.services.recording.messages import DeadLetters, Message


@dataclass(slots=True)
class InMemoryDeadLetters(DeadLetters, Arrivals):
    """Nothing waits, and what was rejected is dead."""

    rejected: list[tuple[Message, str]] = field(default_factory=list)

    def put(self, message: Message, reason: str) -> None:
        self.rejected.append((message, reason))

    def waiting(self) -> int:
        return 0

    def dead(self) -> int:
        return len(self.rejected)
