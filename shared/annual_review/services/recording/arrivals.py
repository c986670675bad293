"""What is still on its way into the figures: messages that wait, and dead letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Arrivals(Protocol):
    """What is still on its way into the figures."""

    def waiting(self) -> int:
        """Return how many messages wait or are being recorded."""

    def dead(self) -> int:
        """Return how many messages lie among the dead letters."""


def on_their_way(arrivals: Arrivals) -> Iterable[str]:
    """List what is still on its way into the figures, and what to do about it."""
    if dead := arrivals.dead():
        yield f"messages in the dead-letter queue ({dead}): replay or discard each of them"
    if waiting := arrivals.waiting():
        yield f"messages that wait to be recorded ({waiting}): wait until the queue is empty"
