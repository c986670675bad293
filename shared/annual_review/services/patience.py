"""How long a service may keep trying: time and chance come in as arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait between attempts: `first` seconds, and twice as long each time, to `last`.

    With full jitter, a wait is drawn between nothing and that bound, so that those who collided
    don't collide again.
    """

    first: float
    last: float

    def bound(self, attempt: int) -> float:
        """Return the longest wait before attempt number `attempt` + 1, in seconds."""
        return min(self.last, self.first * 2.0**attempt)


@dataclass(frozen=True, slots=True)
class Patience:
    """Time left, a way to wait, and chance.

    `seconds_left` counts down to the end of the invocation; `wait` blocks for that many seconds;
    `fraction` draws evenly from 0 to 1, for full jitter.
    """

    seconds_left: Callable[[], float]
    wait: Callable[[float], None]
    fraction: Callable[[], float]
    back_off: BackOff = BackOff(first=0.05, last=2.0)
    reserve: float = 5.0

    def lasts(self) -> bool:
        """Whether there is time for another attempt and for what must come after it."""
        return self.seconds_left() > self.reserve

    def pause(self, attempt: int) -> None:
        """Wait before attempt number `attempt` + 1, never into the reserve."""
        spare = max(0.0, self.seconds_left() - self.reserve)
        self.wait(min(self.fraction() * self.back_off.bound(attempt), spare))
