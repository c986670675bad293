"""An outbox in memory: what would have been sent, to be looked at."""

from __future__ import annotations

from annual_review.domain.letters import LetterId
from annual_review.services.dispatch.send_letter import Mailer


class InMemoryOutbox(Mailer):
    """Accepts everything and sends nothing."""

    def __init__(self) -> None:
        self.messages: list[tuple[LetterId, bytes]] = []

    def send(self, letter: LetterId, message: bytes) -> str:
        self.messages.append((letter, message))
        return f"outbox-{len(self.messages)}"
