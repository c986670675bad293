"""Approving letters: those that the person has read, or those that were chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from annual_review.desk.acts import Outcome
from annual_review.desk.advice import told_by
from annual_review.desk.desk import Desk
from annual_review.desk.proposals.outcomes import of_letters
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.approve_letters import ReadLetter, after_approving
from annual_review.services.progress import Progress
from annual_review.wiring.dates import issue_date


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve letters: they are sent on the issue date.

    An approval is one of certain bytes: `read` names them, and a letter that is another by the time
    of the approval is left. `authorities` are some alone; all of the year where none is named.
    """

    desk: Desk
    year: ReportingYear
    authorities: Collection[AuthorityCode]
    read: Mapping[LetterId, ReadLetter]
    back: str
    title: str = "Approve letters"

    def plan(self) -> Outcome:
        """Say which letters would be approved."""
        return self._approve("would be approved", is_dry_run=True)

    def carry_out(self, _step: Progress) -> Outcome:
        """Approve them."""
        return self._approve("approved", is_dry_run=False)

    def _approve(self, done: str, *, is_dry_run: bool) -> Outcome:
        report = self.desk.system.approve_letters().approve(
            self.year,
            self.desk.act(),
            only=self.authorities,
            read=self.read,
            is_dry_run=is_dry_run,
        )
        if is_dry_run:
            return of_letters(self.desk, report, done)
        day, today = issue_date(self.year), self.desk.clock().date()
        then = after_approving(self.year, report, day, today, told_by(self.desk))
        return of_letters(self.desk, report, done, then)
