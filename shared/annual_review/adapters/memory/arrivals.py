"""Dead letters and the state of the queue in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from annual_review.services.recording.messages import DeadLetters, Message
from annual_review.services.year_end.close_year import Arrivals


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
