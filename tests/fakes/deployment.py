"""A deployment in which all runs, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annual_review.services.readiness.deployment import Protection, Subscriptions


@dataclass
class FakeDeployment:
    """Implements `Deployment`."""

    states: dict[str, str] = field(default_factory=lambda: {"the issue date": "ENABLED"})
    in_queues: dict[str, int] = field(default_factory=lambda: {"send": 0})
    dead: dict[str, int] = field(default_factory=lambda: {"send": 0})
    stopped: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    subscribed: Subscriptions = field(default_factory=lambda: Subscriptions(1, 0))
    protected: Protection = field(default_factory=lambda: Protection("test", is_on=False))

    def schedules(self) -> Mapping[str, str]:
        """Return the state of each schedule."""
        return self.states

    def waiting(self) -> Mapping[str, int]:
        """Return how many messages wait in each queue."""
        return self.in_queues

    def dead_letters(self) -> Mapping[str, int]:
        """Return how many dead letters each queue has."""
        return self.dead

    def stopped_functions(self) -> Sequence[str]:
        """Return the functions that somebody has stopped."""
        return self.stopped

    def raised_alarms(self) -> Sequence[str]:
        """Return what the raised alarms say."""
        return self.raised

    def subscriptions(self) -> Subscriptions:
        """Return who is told of alarms."""
        return self.subscribed

    def protection(self) -> Protection:
        """Return whether the stack is protected against deletion."""
        return self.protected
