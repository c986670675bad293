"""The doctor looks at everything before letters go out; a release refuses what would fail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import Letter
from annual_review.services.readiness.check import Check, OnRelease, Outcome
from annual_review.services.readiness.deployment import DeploymentChecks
from annual_review.services.readiness.mail_checks import MailChecks
from annual_review.services.readiness.year_checks import YearChecks


class NotReadyError(RefusalError):
    """Letters would fail; the message says why, and what to do."""


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


def passed_over(
    year: ReportingYear, found: Sequence[Check], asked_about: Collection[str] = ()
) -> Sequence[Check]:
    """Return what is not ready, or can't be told, and yet holds no letter back.

    `asked_about` names the checks that a person has to look at first.

    Raises:
        NotReadyError: Something is not ready that may not be passed over, or not yet.
    """
    not_in_order = [each for each in found if each.outcome is not Outcome.READY]
    for each in not_in_order:
        refuses = each.on_release is OnRelease.REFUSES or each.name in asked_about
        if each.outcome is Outcome.NOT_READY and refuses:
            raise _refusal(each, year)
    return not_in_order


def _refusal(check: Check, year: ReportingYear) -> NotReadyError:
    why = f"letters would not reach everybody: {check.says}. {check.remedy}"
    if check.on_release is OnRelease.ASKS:
        return NotReadyError(
            f"{why}. If you know better, release in spite of it:",
            Command.of("release", year, despite=check.name),
        )
    return NotReadyError(why, Command.of("doctor", year=year))
