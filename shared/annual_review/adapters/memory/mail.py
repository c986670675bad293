"""An outbox in memory: what would have been sent, to be looked at."""

from __future__ import annotations

from annual_review.domain.letters import LetterId


class InMemoryOutbox:
    """Implements `Mailer`: accepts everything and sends nothing."""

    def __init__(self) -> None:
        self.messages: list[tuple[LetterId, bytes]] = []

    def send(self, letter: LetterId, message: bytes) -> str:
        """Keep a message and name it."""
        self.messages.append((letter, message))
        return f"outbox-{len(self.messages)}"
