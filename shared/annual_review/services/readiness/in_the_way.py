"""What stands in the way of a release, and what is passed over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command
from annual_review.services.errors import RefusalError
from annual_review.services.readiness.check import Check, OnRelease, Outcome


class NotReadyError(RefusalError):
    """Letters would fail; the message says why, and what to do."""


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
