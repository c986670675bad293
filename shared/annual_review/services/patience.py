"""How long a service may keep trying: time and chance come in as arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Time left, a way to wait, and chance.

    `seconds_left` counts down to the end of the invocation; `wait` blocks for that many seconds;
    `fraction` draws evenly from 0 to 1. Full jitter: a wait is drawn between nothing and a bound
    that doubles with every attempt, so that recorders which collided don't collide again.
    """

    seconds_left: Callable[[], float]
    wait: Callable[[float], None]
    fraction: Callable[[], float]
    first_bound: float = 0.05
    last_bound: float = 2.0
    reserve: float = 5.0

    def lasts(self) -> bool:
        """Whether there is time for another attempt and for what must come after it."""
        return self.seconds_left() > self.reserve

    def pause(self, attempt: int) -> None:
        """Wait before attempt number `attempt` + 1, never into the reserve."""
        bound = min(self.last_bound, self.first_bound * 2**attempt)
        spare = max(0.0, self.seconds_left() - self.reserve)
        self.wait(min(self.fraction() * bound, spare))
