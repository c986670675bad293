"""Waiting between attempts, with the process's own clock and chance."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import SystemRandom
from typing import Final

from annual_review.services.patience import BackOff, Patience

Pause = Callable[[int], None]
"""Waits before attempt number n + 1, counted from 0."""

_BACK_OFF: Final = BackOff(first=0.05, last=1.0)

fraction = SystemRandom().random
"""Draws evenly from 0 to 1."""


def pause(attempt: int) -> None:
    """Wait with full jitter."""
    time.sleep(fraction() * _BACK_OFF.bound(attempt))


def patience(seconds_left: Callable[[], float], reserve: float = 0.0) -> Patience:
    """Return the patience of this process, which ends `reserve` seconds before its time does."""
    return Patience(seconds_left, time.sleep, fraction, reserve=reserve)
