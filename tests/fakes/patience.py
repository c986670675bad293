"""Time that passes only when somebody waits."""

from __future__ import annotations

from collections.abc import Callable

from annual_review.services.patience import Patience


class Waiting:
    """A stretch of time; every wait is noted, and shortens it."""

    def __init__(self, seconds: float = 1000.0, fraction: float = 0.5) -> None:
        self.seconds_left = seconds
        self.waits: list[float] = []
        self._fraction = fraction

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds_left -= seconds

    def patience(self) -> Patience:
        return Patience(
            seconds_left=lambda: self.seconds_left,
            wait=self.wait,
            fraction=lambda: self._fraction,
        )


def endless(wait: Callable[[float], None] = lambda _: None) -> Patience:
    """All the time in the world, and no time lost."""
    return Patience(seconds_left=lambda: 1000.0, wait=wait, fraction=lambda: 0.5)
