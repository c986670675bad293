"""Release letters after the checks that would keep them from arriving, and let sending go on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.dispatch.sending_stops import SendingStep
from annual_review.services.letters.letter import LettersDone
from annual_review.services.readiness.check import Check
from annual_review.services.readiness.doctor import Doctor


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """What a release would do, and what a person should know before."""

    report: LettersDone
    checks: Sequence[Check]


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did. `resumed` is the stop that it ended, where it ended one."""

    report: LettersDone
    resumed: SendingStep | None = None


@dataclass(frozen=True, slots=True)
class CheckedRelease:
    """Releases letters, as a person does it."""

    letters: ReleaseLetters
    doctor: Doctor

    def plan(
        self,
        year: ReportingYear,
        at: datetime,
        only: Collection[AuthorityCode] = (),
        *,
        despite: Collection[str] = (),
        resumes: bool = False,
    ) -> CheckedPlan:
        """Say what would be released, once what makes letters fail was checked.

        `despite` names the checks that a person passes over, `resumes` that sending is to go on.

        Raises:
            NotReadyError: Letters would fail.
            NotReleasedError: The year is not closed, or its issue date has not come.
            SendingStoppedError: Sending was stopped, and nobody says that it may go on.
            NoLetterError: One of `only` has no letter.
        """
        report = self.letters.release(year, at, only, is_dry_run=True, resumes=resumes)
        released = set(report.done)
        going = [each for each in self.letters.letters.of_year(year) if each.id in released]
        checks = self.doctor.check_release(year, going, despite) if going else ()
        return CheckedPlan(report, checks)

    def release(
        self,
        year: ReportingYear,
        at: datetime,
        only: Collection[AuthorityCode] = (),
        *,
        resuming: Act | None = None,
    ) -> Released:
        """Release what may go; `resuming` lets sending go on first, in a person's name.

        Raises:
            NotStoppedError: There is nothing to resume.
            NotReleasedError: The year is not closed, or its issue date has not come.
            SendingStoppedError: Sending was stopped, and nobody says that it may go on.
            NoLetterError: One of `only` has no letter.
        """
        ended = self.letters.stops.resume(year, resuming) if resuming else None
        return Released(self.letters.release(year, at, only), ended)
