"""The doctor looks at everything before letters go out; a release refuses what would fail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters.letter import Letter
from annual_review.services.readiness.check import Check, OnRelease
from annual_review.services.readiness.deployment import DeploymentChecks
from annual_review.services.readiness.in_the_way import passed_over
from annual_review.services.readiness.mail_checks import MailChecks
from annual_review.services.readiness.year_checks import YearChecks


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at the account, the deployment and a year. Nothing is changed."""

    mail: MailChecks
    deployment: DeploymentChecks
    year: YearChecks

    def examine(self, year: ReportingYear) -> Sequence[Check]:
        """Make all checks for the letters of a year that may go."""
        letters = self.year.to_go(year)
        return [
            *self.mail.check(letters),
            *self.deployment.check(),
            *self.year.check(year),
        ]

    def check_release(
        self, year: ReportingYear, letters: Sequence[Letter], despite: Collection[str] = ()
    ) -> Sequence[Check]:
        """Check what makes letters fail; return what else a person should know.

        `despite` names the checks that a person has looked at and releases in spite of.

        Raises:
            NotReadyError: Something is not ready that may not or is not to be passed over.
        """
        found = self.mail.check(letters)
        asked_for = {each.name for each in found if each.on_release is OnRelease.ASKS}
        return passed_over(year, found, asked_about=asked_for - set(despite))
