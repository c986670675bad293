"""Checks: what was looked at, what was found, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from annual_review.services.advised_commands import Command
from annual_review.services.errors import PortError


class Outcome(StrEnum):
    """What a check came to. `unknown`: it could not be made."""

    READY = "ready"
    NOT_READY = "not ready"
    UNKNOWN = "unknown"


class OnRelease(StrEnum):
    """What the release of letters does about something that is not ready.

    `refuses`: letters would fail. `asks`: some would, or come back, and none is lost by it, so that
    a person may release all the same. `goes-on`: no letter fails by it.
    """

    REFUSES = "refuses"
    ASKS = "asks"
    GOES_ON = "goes-on"


@dataclass(frozen=True, slots=True)
class Check:
    """One check by its name: what was found, and what to do where it is not ready.

    `command` goes with the remedy.
    """

    name: str
    outcome: Outcome
    says: str
    remedy: str = ""
    on_release: OnRelease = OnRelease.GOES_ON
    command: Command | None = None


def is_ready(checks: Iterable[Check]) -> bool:
    """Whether no check found anything amiss; what could not be checked is left to a person."""
    return all(each.outcome is not Outcome.NOT_READY for each in checks)


def sum_of(checks: Sequence[Check]) -> str:
    """Count what is ready, what is not, and what can't be checked."""
    counts = Counter(each.outcome for each in checks)
    unknown = counts[Outcome.UNKNOWN]
    can_not = f"; {unknown} can't be checked" if unknown else ""
    return f"{counts[Outcome.READY]} ready, {counts[Outcome.NOT_READY]} not ready{can_not}."


def ready(name: str, says: str) -> Check:
    """Return a check that found all in order."""
    return Check(name, Outcome.READY, says)


def not_ready(
    name: str,
    says: str,
    remedy: str,
    on_release: OnRelease = OnRelease.GOES_ON,
    command: Command | None = None,
) -> Check:
    """Return a check that found something amiss."""
    return Check(name, Outcome.NOT_READY, says, remedy, on_release, command)


def asked(names: Sequence[str], permission: str, ask: Callable[[], Iterable[Check]]) -> list[Check]:
    """Make the checks that rest on one question; where it can't be answered, say so of each."""
    try:
        return list(ask())
    except PortError as error:
        says = f"can't be checked: {error}"
        remedy = f"Look at it yourself, or allow {permission}"
        return [Check(name, Outcome.UNKNOWN, says, remedy) for name in names]
