"""Staging a publication, approving it, making it public, and going back to an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from annual_review.desk.acts import Outcome, Row
from annual_review.desk.desk import Desk
from annual_review.domain.publication.manifest import Changes, Manifest, PublicationName
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.side_by_side import processors
from annual_review.services.processes import in_processes
from annual_review.services.progress import Progress
from annual_review.services.publication.publish_year import PublishReport
from annual_review.services.publication.stage_publication import PlannedPublication
from annual_review.views.publication import facts_of, files_of, goes_live


@dataclass(slots=True)
class Stage:
    """Make the site as it would be, and write it where nobody outside can read it.

    What was looked at is what is staged: a later look would be another publication, by its name.
    """

    desk: Desk
    year: ReportingYear
    back: str
    title: str = "Stage the publication"
    _planned: PlannedPublication | None = field(default=None, repr=False)

    def plan(self) -> Outcome:
        """Say what the publication would hold and change for the public."""
        if self._planned is None:
            register = self.desk.register
            with in_processes(processors(), len(register)) as spread:
                self._planned = self.desk.system.stage_publication(spread).plan(self.year)
        planned = self._planned
        held = _told(planned.manifest, planned.changes)
        if planned.objections:
            return Outcome(f"It can't be staged yet: {'; '.join(planned.objections)}.", known=held)
        return Outcome("This is what the public would get.", held)

    def carry_out(self, step: Progress) -> Outcome:
        """Stage what was shown."""
        self.plan()
        assert self._planned is not None  # noqa: S101 (it was planned above)
        service = self.desk.system.stage_publication()
        is_new = service.stage(self._planned, self.desk.act(), step)
        says = "It is staged." if is_new else "This publication is already staged."
        return Outcome(says, then="look at it, then approve it")


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve a publication: every byte of it, and what it leaves out."""

    desk: Desk
    year: ReportingYear
    publication: PublicationName
    reason: str
    back: str
    title: str = "Approve the publication"

    def plan(self) -> Outcome:
        """Say what would be approved, and when it goes live."""
        return self._approve("All of it would be approved", is_dry_run=True)

    def carry_out(self, _step: Progress) -> Outcome:
        """Approve it."""
        return self._approve("It is approved", is_dry_run=False)

    def _approve(self, says: str, *, is_dry_run: bool) -> Outcome:
        system, act = self.desk.system, self.desk.act(self.reason)
        manifest = system.approve_publication().approve(
            self.publication, act, is_dry_run=is_dry_run
        )
        day = system.publication_date(manifest.year)
        then = goes_live(day, act.at.date(), "you can publish it here")
        return Outcome(f"{says}; {then}.", _told(manifest))


@dataclass(frozen=True, slots=True)
class Publish:
    """Make public what was approved for the year, on its day or later."""

    desk: Desk
    year: ReportingYear
    reason: str
    back: str
    title: str = "Publish the year"

    def plan(self) -> Outcome:
        """Say what would be public."""
        return _published(self._publish(is_dry_run=True), "This would be public.")

    def carry_out(self, _step: Progress) -> Outcome:
        """Publish it."""
        return _published(self._publish(is_dry_run=False), "It is public.")

    def _publish(self, *, is_dry_run: bool) -> PublishReport:
        service, act = self.desk.system.publish_year(), self.desk.act(self.reason)
        return service.publish(self.year, act, is_dry_run=is_dry_run)


@dataclass(frozen=True, slots=True)
class GoBack:
    """Make public again what was public before."""

    desk: Desk
    publication: PublicationName
    reason: str
    back: str
    title: str = "Go back to an earlier publication"

    def plan(self) -> Outcome:
        """Say what would be public again."""
        return _published(self._go_back(is_dry_run=True), "This would be public again.")

    def carry_out(self, _step: Progress) -> Outcome:
        """Go back to it."""
        return _published(self._go_back(is_dry_run=False), "It is public again.")

    def _go_back(self, *, is_dry_run: bool) -> PublishReport:
        service, act = self.desk.system.publish_year(), self.desk.act(self.reason)
        return service.go_back(self.publication, act, is_dry_run=is_dry_run)


def _published(report: PublishReport, says: str) -> Outcome:
    if report.was_live:
        return Outcome("It is already public.", left=_told(report.manifest))
    return Outcome(says, _told(report.manifest))


def _told(manifest: Manifest, changes: Changes | None = None) -> Sequence[Row]:
    facts = [Row(name, str(value)) for name, value in facts_of(manifest, changes)]
    if changes is None:
        return facts
    listed = [Row(table.title, str(path)) for table in files_of(changes) for (path,) in table.rows]
    return [*facts, *listed]
