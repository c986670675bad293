"""Checks of the deployment: schedules, queues, event sources, alarms, and its protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from annual_review.services.advised_commands import Command
from annual_review.services.readiness.check import Check, asked, not_ready, ready

PRODUCTION: Final = "prod"
"""The stage whose letters reach authorities."""


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Who is subscribed to the alarms: how many confirmed it, how many have not yet."""

    confirmed: int
    pending: int


@dataclass(frozen=True, slots=True)
class Protection:
    """What the deployment is for, and whether its stack is protected against deletion."""

    stage: str
    is_on: bool


class Deployment(Protocol):
    """What AWS says of the deployment. Each question raises `PortError` if it is not answered."""

    def schedules(self) -> Mapping[str, str]:
        """Return the state of each schedule, by what it is for; one that is gone is `missing`."""

    def waiting(self) -> Mapping[str, int]:
        """Return how many messages wait in each queue, by its name."""

    def dead_letters(self) -> Mapping[str, int]:
        """Return how many dead letters each queue has, by its name."""

    def stopped_functions(self) -> Sequence[str]:
        """Return the functions that don't take from their queues: somebody has stopped them."""

    def subscriptions(self) -> Subscriptions:
        """Return who is told of alarms."""

    def raised_alarms(self) -> Sequence[str]:
        """Return what the alarms say that are raised now."""

    def protection(self) -> Protection:
        """Return whether the stack is protected against deletion."""
        ...


@dataclass(frozen=True, slots=True)
class DeploymentChecks:
    """Checks what has to run for letters to go out, and for people to hear of trouble."""

    deployment: Deployment

    def check(self) -> list[Check]:
        """Make all checks."""
        queues = "sqs:GetQueueAttributes"
        return [
            *asked(("schedules",), "scheduler:GetSchedule", self._schedules),
            *asked(("queues",), queues, self._queues),
            *asked(("dead-letters",), queues, self._dead_letters),
            *asked(("event-sources",), "lambda:GetEventSourceMapping", self._event_sources),
            *asked(("alarms",), "sns:ListSubscriptionsByTopic", self._alarms),
            *self.raised_alarms(),
            *asked(("protection",), "cloudformation:DescribeStacks", self._protection),
        ]

    def raised_alarms(self) -> list[Check]:
        """Check that no alarm is raised now."""
        return asked(("raised-alarms",), "cloudwatch:DescribeAlarms", self._raised_alarms)

    def _raised_alarms(self) -> Iterator[Check]:
        if raised := self.deployment.raised_alarms():
            remedy = "Do what the runbook says under the name of each"
            yield not_ready("raised-alarms", " ".join(raised), remedy)
        else:
            yield ready("raised-alarms", "no alarm is raised")

    def _schedules(self) -> Iterator[Check]:
        wrong = {name: at for name, at in self.deployment.schedules().items() if at != "ENABLED"}
        if not wrong:
            yield ready("schedules", "all are there and enabled")
            return
        found = ", ".join(f"{name} is {state.lower()}" for name, state in wrong.items())
        remedy = "Deploy with the parameter ScheduleState as ENABLED, or do by hand what it does"
        yield not_ready("schedules", found, remedy)

    def _queues(self) -> Iterator[Check]:
        full = {name: count for name, count in self.deployment.waiting().items() if count}
        if not full:
            yield ready("queues", "all are empty")
            return
        found = ", ".join(f"{count:,} in {name}" for name, count in full.items())
        remedy = "Wait a few minutes and look again; if they stay, see the log of their function"
        yield not_ready("queues", f"messages wait: {found}", remedy)

    def _dead_letters(self) -> Iterator[Check]:
        full = {name: count for name, count in self.deployment.dead_letters().items() if count}
        if not full:
            yield ready("dead-letters", "there are none")
            return
        found = ", ".join(f"{count:,} of {name}" for name, count in full.items())
        yield not_ready(
            "dead-letters",
            f"there are some: {found}",
            "Deal with each",
            command=Command.of("dead-letters list", queue=next(iter(full))),
        )

    def _event_sources(self) -> Iterator[Check]:
        if stopped := self.deployment.stopped_functions():
            yield not_ready(
                "event-sources",
                f"nothing is taken from its queue by {', '.join(stopped)}",
                "Enable its event source (aws lambda update-event-source-mapping --enabled)",
            )
        else:
            yield ready("event-sources", "every function takes from its queue")

    def _alarms(self) -> Iterator[Check]:
        found = self.deployment.subscriptions()
        if found.confirmed:
            yield ready("alarms", f"{found.confirmed} subscribed and confirmed")
        elif found.pending:
            remedy = "Open the mail of AWS Notifications and confirm the subscription"
            yield not_ready("alarms", "nobody has confirmed a subscription", remedy)
        else:
            remedy = "Subscribe to the stack's output AlarmTopicArn, or set AlarmEmail"
            yield not_ready("alarms", "nobody is told of alarms", remedy)

    def _protection(self) -> Iterator[Check]:
        found = self.deployment.protection()
        if found.is_on:
            yield ready("protection", "the stack is protected against deletion")
        elif found.stage != PRODUCTION:
            yield ready("protection", "only the stack of prod has to be protected against deletion")
        else:
            says = "the stack of prod can be deleted: termination protection is off"
            remedy = "Switch it on: make deploy STAGE=prod does"
            yield not_ready("protection", says, remedy)
