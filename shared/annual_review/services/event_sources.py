"""What has functions work on their queues, and whether somebody has stopped it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class EventSources(Protocol):
    """The event sources of the functions that work on a queue."""

    def stopped(self) -> Sequence[str]:
        """Return the functions whose event source is disabled or gone: their queues fill up."""
