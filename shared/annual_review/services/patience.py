"""How long a service may keep trying: time and chance come in as arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


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


@dataclass(slots=True)
class Pace:
    """How fast somebody may go on who is not to overrun others: `per_second` events.

    `now` counts seconds upwards; `wait` blocks for that many seconds.
    """

    now: Callable[[], float]
    wait: Callable[[float], None]
    per_second: int
    first_bound: float = 1.0
    last_bound: float = 30.0
    _free_at: float = field(default=float("-inf"), init=False)

    def spend(self, events: int) -> None:
        """Wait until so many events may go out, and count them."""
        now = self.now()
        if self._free_at > now:
            self.wait(self._free_at - now)
        # What was not used is lost: after a long wait nobody is overrun with what was saved up.
        self._free_at = max(self._free_at, now) + events / self.per_second

    def back_off(self, attempt: int) -> None:
        """Wait before attempt number `attempt` + 1: twice as long each time, up to a bound."""
        self.wait(min(self.last_bound, self.first_bound * 2**attempt))
