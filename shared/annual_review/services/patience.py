"""How long a service may keep trying: time and chance come in as arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


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


@dataclass(slots=True)
class Turns:
    """Turns of somebody who is not to overrun others: after each follows a rest.

    `now` counts seconds upwards; `wait` blocks for that many seconds.
    """

    now: Callable[[], float]
    wait: Callable[[float], None]
    _free_at: float = field(default=float("-inf"), init=False)

    def seconds_to_next(self) -> float:
        """Return how long it is to the next turn; nothing if it has come."""
        return max(0.0, self._free_at - self.now())

    def take(self, rest: float) -> None:
        """Wait for the next turn and take it; the rest counts from its beginning."""
        if wait := self.seconds_to_next():
            self.wait(wait)
        # What was not used is lost: after a long wait nobody is overrun with what was saved up.
        self._free_at = self.now() + rest


class Pace:
    """How fast somebody may go on who publishes: `per_second` events."""

    def __init__(
        self, now: Callable[[], float], wait: Callable[[float], None], per_second: int
    ) -> None:
        self._turns = Turns(now, wait)
        self._wait = wait
        self._per_second = per_second
        self._back_off = BackOff(first=1.0, last=30.0)

    def spend(self, events: int) -> None:
        """Wait until so many events may go out, and count them."""
        self._turns.take(events / self._per_second)

    def back_off(self, attempt: int) -> None:
        """Wait before attempt number `attempt` + 1, without jitter: nobody else is waiting."""
        self._wait(self._back_off.bound(attempt))
