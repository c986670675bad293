"""Checks of the mail account: whatever would make the mail service refuse letters or lose them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.letters.letter import Letter
from annual_review.services.readiness.check import Check, OnRelease, asked, not_ready, ready
from annual_review.services.readiness.mail_account import PER_MILLION, MailAccount, Reputation
from annual_review.services.readiness.sending_checks import MailSettings, SendingChecks

MOST_BOUNCES: Final = PER_MILLION * 5 // 100
MOST_COMPLAINTS: Final = PER_MILLION * 1 // 1000
"""From these rates on AWS reviews an account, and may pause it (SES, "Reputation metrics")."""

_FIRST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class MailChecks:
    """Checks the account for the letters that are to go: would SES take them, and deliver them."""

    mail: MailAccount
    settings: MailSettings

    def check(self, letters: Sequence[Letter]) -> list[Check]:
        """Make all checks; with mail switched off there is but one."""
        found = SendingChecks(self.mail, self.settings).check(letters)
        if self.settings.mode is MailMode.OFF:
            return found
        found += asked(("reputation",), "cloudwatch:GetMetricStatistics", self._reputation)
        found += asked(
            ("suppression",), "ses:ListSuppressedDestinations", lambda: self._suppressed(letters)
        )
        return found

    def _reputation(self) -> Iterator[Check]:
        rates = self.mail.reputation()
        yield _reputation(rates)

    def _suppressed(self, letters: Sequence[Letter]) -> Iterator[Check]:
        listed = self.mail.suppressed()
        is_live = self.settings.mode is MailMode.LIVE
        hit = [
            letter.id.authority
            for letter in letters
            if is_live and any(each.casefold() in listed for each in letter.recipients)
        ]
        if not is_live and self.settings.test_mailbox.casefold() in listed:
            yield not_ready(
                "suppression",
                "the test mailbox is on the suppression list of SES",
                "aws sesv2 delete-suppressed-destination --email-address …",
                OnRelease.ASKS,
            )
        elif hit:
            more = f" and {len(hit) - _FIRST_NAMED} more" if len(hit) > _FIRST_NAMED else ""
            yield not_ready(
                "suppression",
                f"recipients of {len(hit)} letters are on the suppression list of SES, which would"
                f" send them nothing: {', '.join(hit[:_FIRST_NAMED])}{more}",
                "Ask each authority for its right mailbox; take it off the list (aws sesv2"
                " delete-suppressed-destination --email-address …), or hold the letter",
                OnRelease.ASKS,
            )
        else:
            yield ready("suppression", "no recipient is on the suppression list")


def _reputation(rates: Reputation) -> Check:
    bounces, complaints = rates.bounces or 0, rates.complaints or 0
    says = f"bounces {_percent(rates.bounces)}, complaints {_percent(rates.complaints)}"
    if bounces < MOST_BOUNCES and complaints < MOST_COMPLAINTS:
        return ready("reputation", says)
    return not_ready(
        "reputation",
        f"{says}: from {_percent(MOST_BOUNCES)} or {_percent(MOST_COMPLAINTS)} on AWS may pause"
        " sending",
        "Find out which mail of the account comes back, and correct the register's addresses",
        OnRelease.ASKS,
    )


def _percent(rate: int | None) -> str:
    """Write a rate: "5.00%", cut and not rounded up."""
    if rate is None:
        return "not measured"
    hundredths = rate * 10_000 // PER_MILLION
    return f"{hundredths // 100}.{hundredths % 100:02}%"
