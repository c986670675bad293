"""What became of publications: staged, approved, live. One history for the whole site.

The site is one thing, however many years it shows, so that there is one history, and its steps are
numbered. A step is added and none taken out: their number tells one history from the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear

TAKES_AT_MOST: Final = timedelta(minutes=20)
"""How long after a publication began to go live no other may: longer than the function lives."""


class PublicationState(StrEnum):
    """How far a publication has come."""

    STAGED = "staged"
    APPROVED = "approved"
    GOING_LIVE = "going live"
    LIVE = "live"


_S = PublicationState


@dataclass(frozen=True, slots=True)
class PublicationStep:
    """One line of the history: which publication came to which state, for which year, and why."""

    at: datetime
    state: PublicationState
    publication: PublicationName
    year: ReportingYear
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class PublicationHistory:
    """All that became of publications so far."""

    steps: tuple[PublicationStep, ...] = ()

    @property
    def version(self) -> int:
        """How many steps were taken; it never goes back."""
        return len(self.steps)

    def with_step(self, step: PublicationStep) -> PublicationHistory:
        """Return the history after one more step."""
        return PublicationHistory((*self.steps, step))

    def of(self, publication: PublicationName) -> Sequence[PublicationStep]:
        """Return the steps of one publication."""
        return [step for step in self.steps if step.publication == publication]

    def state_of(self, publication: PublicationName) -> PublicationState | None:
        """Return how far a publication has come; `None` if nothing is known of it."""
        steps = self.of(publication)
        return steps[-1].state if steps else None

    @property
    def live(self) -> PublicationStep | None:
        """The step by which what is public now became so."""
        return next((step for step in reversed(self.steps) if step.state is _S.LIVE), None)

    @property
    def years(self) -> Sequence[ReportingYear]:
        """The years that were published so far."""
        return sorted({step.year for step in self.steps if step.state is _S.LIVE})

    def approved(self, year: ReportingYear) -> PublicationStep | None:
        """Return what was approved for a year last, unless a publication of it went live since.

        Who goes back to an earlier publication has by that set aside what was approved before.
        """
        for step in reversed(self.steps):
            if step.year == year and step.state in {_S.LIVE, _S.APPROVED}:
                return step if step.state is _S.APPROVED else None
        return None

    def latest(self, year: ReportingYear) -> PublicationStep | None:
        """Return the last step of a year, of whichever of its publications."""
        return next((step for step in reversed(self.steps) if step.year == year), None)

    @property
    def under_way(self) -> tuple[int, PublicationStep] | None:
        """The number and the step of what is going live now, or was broken off on the way."""
        for number in range(self.version, 0, -1):
            step = self.steps[number - 1]
            if step.state is _S.LIVE:
                return None
            if step.state is _S.GOING_LIVE:
                return number, step
        return None

    def keeps_out(self, publication: PublicationName, at: datetime) -> PublicationStep | None:
        """Return the step of another publication that is going live at this moment."""
        if self.under_way is None:
            return None
        _, step = self.under_way
        is_other = step.publication != publication
        return step if is_other and at - step.at < TAKES_AT_MOST else None
