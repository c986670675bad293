"""What is done with dead letters: replayed, discarded, or confirmed though implausible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annual_review.desk.acts import Outcome, Row
from annual_review.desk.desk import Desk
from annual_review.services.progress import Progress
from annual_review.services.recording.dead_letters import Report
from annual_review.services.recording.messages import MessageId
from annual_review.views.dead_letters import results_of, undone_of


@dataclass(frozen=True, slots=True)
class Replay:
    """Send dead letters back to their queue; `is_forced` also those that would be rejected."""

    desk: Desk
    queue: str
    ids: Sequence[MessageId]
    is_forced: bool
    back: str
    title: str = "Replay dead letters"

    def plan(self) -> Outcome:
        """Say which would be sent back."""
        return self._replay(_unheard, is_dry_run=True)

    def carry_out(self, step: Progress) -> Outcome:
        """Send them back."""
        return self._replay(step, is_dry_run=False)

    def _replay(self, step: Progress, *, is_dry_run: bool) -> Outcome:
        service = self.desk.system.dead_letters(self.queue)
        report = service.replay(self.ids, step, is_forced=self.is_forced, is_dry_run=is_dry_run)
        return _outcome(self.desk, report, is_dry_run=is_dry_run)


@dataclass(frozen=True, slots=True)
class Discard:
    """Discard dead letters: each is kept in the bucket, and only then deleted."""

    desk: Desk
    queue: str
    ids: Sequence[MessageId]
    reason: str
    back: str
    title: str = "Discard dead letters"

    def plan(self) -> Outcome:
        """Say which would be discarded."""
        return self._discard(_unheard, is_dry_run=True)

    def carry_out(self, step: Progress) -> Outcome:
        """Discard them."""
        return self._discard(step, is_dry_run=False)

    def _discard(self, step: Progress, *, is_dry_run: bool) -> Outcome:
        service = self.desk.system.dead_letters(self.queue)
        act = self.desk.act(self.reason)
        report = service.discard(self.ids, act, step, is_dry_run=is_dry_run)
        return _outcome(self.desk, report, is_dry_run=is_dry_run)


@dataclass(frozen=True, slots=True)
class Confirm:
    """Have events recorded that were set aside as implausible, and are right all the same."""

    desk: Desk
    queue: str
    ids: Sequence[MessageId]
    reason: str
    back: str
    title: str = "Confirm dead letters"

    def plan(self) -> Outcome:
        """Say which would be confirmed."""
        return self._confirm(_unheard, is_dry_run=True)

    def carry_out(self, step: Progress) -> Outcome:
        """Confirm them."""
        return self._confirm(step, is_dry_run=False)

    def _confirm(self, step: Progress, *, is_dry_run: bool) -> Outcome:
        service = self.desk.system.dead_letters(self.queue)
        act = self.desk.act(self.reason)
        report = service.confirm(self.ids, act, step, is_dry_run=is_dry_run)
        return _outcome(self.desk, report, is_dry_run=is_dry_run)


def _unheard(_done: int, _of: int) -> None:
    """Tell nobody how far a dry run has come."""


def _outcome(desk: Desk, report: Report, *, is_dry_run: bool) -> Outcome:
    counts = [f"{name}: {count:,}." for name, count in results_of(report, is_dry_run=is_dry_run)]
    undone = {each.id for each in report.undone}
    return Outcome(
        " ".join(counts),
        [Row(each.id) for each in report.outcomes if each.id not in undone],
        [Row(line) for line in undone_of(report, desk.register)],
    )
