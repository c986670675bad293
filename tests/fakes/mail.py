"""A mail service that does what a test says, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterable

from annual_review.domain.letters import LetterId


class ScriptedMailer:
    """Answers one call after the other from a script, and accepts when the script has ended."""

    def __init__(self, script: Iterable[Exception | None] = ()) -> None:
        """Take what each call raises; `None` accepts."""
        self._script = list(script)
        self.calls: list[tuple[LetterId, bytes]] = []

    def send(self, letter: LetterId, message: bytes) -> str:
        """Accept a message, or raise what the script says."""
        self.calls.append((letter, message))
        answer = self._script.pop(0) if self._script else None
        if answer is not None:
            raise answer
        return f"mail-{len(self.calls)}"
