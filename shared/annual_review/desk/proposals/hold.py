"""Holding letters, and ending a hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from annual_review.desk.acts import Outcome
from annual_review.desk.desk import Desk
from annual_review.desk.proposals.outcomes import of_letters
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.progress import Progress


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold letters back: they are neither approved nor sent until their hold is ended.

    `onward` leads to the next letter where this one was being read.
    """

    desk: Desk
    year: ReportingYear
    authorities: Collection[AuthorityCode]
    reason: str
    back: str
    onward: str = ""
    title: str = "Hold letters"

    def plan(self) -> Outcome:
        """Say which letters would be held."""
        return self._hold("would be held", is_dry_run=True)

    def carry_out(self, _step: Progress) -> Outcome:
        """Hold them."""
        return self._hold("held", is_dry_run=False)

    def _hold(self, done: str, *, is_dry_run: bool) -> Outcome:
        act = self.desk.act(self.reason)
        service = self.desk.system.hold_letters()
        report = service.hold(self.year, self.authorities, act, is_dry_run=is_dry_run)
        return replace(of_letters(self.desk, report, done), onward=self.onward)


@dataclass(frozen=True, slots=True)
class Unhold:
    """End the hold of letters: they are prepared again, and then have to be approved."""

    desk: Desk
    year: ReportingYear
    authorities: Collection[AuthorityCode]
    back: str
    title: str = "End the hold"

    def plan(self) -> Outcome:
        """Say which letters would no longer be held."""
        return self._unhold("would no longer be held", is_dry_run=True)

    def carry_out(self, _step: Progress) -> Outcome:
        """End their hold."""
        return self._unhold("no longer held", is_dry_run=False)

    def _unhold(self, done: str, *, is_dry_run: bool) -> Outcome:
        service = self.desk.system.hold_letters()
        act = self.desk.act()
        report = service.unhold(self.year, self.authorities, act, is_dry_run=is_dry_run)
        then = "they are being prepared again; read them, then approve them" if report.done else ""
        return of_letters(self.desk, report, done, "" if is_dry_run else then)
