"""Sending letters: released, sent again, settled, and prepared again."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from annual_review.desk.acts import Outcome, Row
from annual_review.desk.advice import told_by
from annual_review.desk.desk import Desk
from annual_review.desk.proposals.outcomes import of_letters
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.prepared_in_time import prepared_in_time
from annual_review.services.dispatch.sending_stops import SendingStep, in_words
from annual_review.services.dispatch.settle_letter import (
    Settlement,
    after_settling,
    settled_in_words,
)
from annual_review.services.progress import Progress
from annual_review.services.readiness.check import Check


@dataclass(frozen=True, slots=True)
class Release:
    """Send the letters that may be sent; `resuming` is the reason for which sending goes on."""

    desk: Desk
    year: ReportingYear
    authorities: Collection[AuthorityCode]
    despite: Collection[str]
    resuming: str
    back: str
    title: str = "Release letters"

    def plan(self) -> Outcome:
        """Say which letters would be released, and what is not ready."""
        at = self.desk.clock()
        stop = self.desk.system.sending_stops().record(self.year).stop if self.resuming else None
        planned = self.desk.system.checked_release(at).plan(
            self.year,
            at,
            self.authorities,
            despite=self.despite,
            resumes=bool(self.resuming),
        )
        outcome = of_letters(self.desk, planned.report, "would be released")
        goes_on = _resumed(self.year, stop, "would go on")
        known = [_row(check) for check in planned.checks]
        return replace(outcome, changes=[*goes_on, *outcome.changes], known=known)

    def carry_out(self, _step: Progress) -> Outcome:
        """Release them."""
        at = self.desk.clock()
        act = self.desk.act(self.resuming) if self.resuming else None
        service = self.desk.system.checked_release(at)
        done = service.release(self.year, at, self.authorities, resuming=act)
        outcome = of_letters(self.desk, done.report, "released")
        goes_on = _resumed(self.year, done.resumed, "goes on")
        return replace(outcome, changes=[*goes_on, *outcome.changes])


@dataclass(frozen=True, slots=True)
class Resend:
    """Send a letter again, as its next dispatch. `to` is another mailbox than the register's."""

    desk: Desk
    year: ReportingYear
    authority: AuthorityCode
    reason: str
    to: EmailAddress | None = field(repr=False)
    back: str
    title: str = "Send it again"

    def plan(self) -> Outcome:
        """Say which letter would be made, and where it would go."""
        letter = self.desk.system.resend_letter().plan(
            self.year, self.authority, self.desk.act(self.reason), self.to, is_dry_run=True
        )
        says = f"Letter {letter.id.tag} would be made and sent to {self._where}."
        return Outcome(says, [Row(self.desk.spoken(self.authority), f"letter {letter.id.tag}")])

    def carry_out(self, step: Progress) -> Outcome:
        """Make it, wait until it is prepared, approve and release it."""
        act, system = self.desk.act(self.reason), self.desk.system
        service = system.resend_letter()
        planned = service.plan(self.year, self.authority, act, self.to)
        prepared = prepared_in_time(system.letters, planned, time.sleep, step)
        service.release(prepared, act.by, self.desk.clock())
        tag = planned.id.tag
        says = f"Letter {tag} is made; it goes to {self._where}. It is approved and released."
        return Outcome(says, [Row(self.desk.spoken(self.authority), f"letter {tag}")])

    @property
    def _where(self) -> str:
        return self.to or "the register's recipient"


@dataclass(frozen=True, slots=True)
class Settle:
    """Say what became of a letter, or what was done about it."""

    desk: Desk
    year: ReportingYear
    authority: AuthorityCode
    settlement: Settlement
    reason: str
    back: str
    title: str = "Settle the letter"

    def plan(self) -> Outcome:
        """Say what the letter would be."""
        return self._settle("would be", is_dry_run=True)

    def carry_out(self, _step: Progress) -> Outcome:
        """Settle it."""
        return self._settle("is", is_dry_run=False)

    def _settle(self, verb: str, *, is_dry_run: bool) -> Outcome:
        letter = self.desk.system.settle_letter().settle(
            self.year,
            self.authority,
            self.settlement,
            self.desk.act(self.reason),
            is_dry_run=is_dry_run,
        )
        settled = settled_in_words(self.settlement, letter)
        return Outcome(
            f"Letter {letter.id.tag} {verb} {settled}.",
            [Row(self.desk.spoken(self.authority), self.settlement.meaning, self.reason)],
            then="" if is_dry_run else after_settling(self.settlement, letter, told_by(self.desk)),
        )


@dataclass(frozen=True, slots=True)
class PrepareAgain:
    """Have letters prepared again: after the register, the edition or a paragraph has changed."""

    desk: Desk
    year: ReportingYear
    authorities: Collection[AuthorityCode]
    back: str
    title: str = "Prepare again"

    def plan(self) -> Outcome:
        """Say which letters would be prepared again."""
        return self._request("would be prepared again", is_dry_run=True)

    def carry_out(self, _step: Progress) -> Outcome:
        """Ask for them."""
        return self._request("being prepared again", is_dry_run=False)

    def _request(self, done: str, *, is_dry_run: bool) -> Outcome:
        service = self.desk.system.prepare_again()
        report = service.request(
            self.year, self.desk.clock(), self.authorities, is_dry_run=is_dry_run
        )
        then = "none is sent before it is prepared. One that comes out the same has its approval"
        return of_letters(self.desk, report, done, "" if is_dry_run else f"{then} again.")


def _resumed(year: ReportingYear, stop: SendingStep | None, verb: str) -> Sequence[Row]:
    return [Row("Sending", verb, in_words(year, stop))] if stop else []


def _row(check: Check) -> Row:
    return Row(check.name, check.says, check.remedy)
