"""Checks of what makes the mail service refuse letters: the account, the sender, its settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.sending_stops import StopReason
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.readiness.check import Check, OnRelease, asked, not_ready, ready
from annual_review.services.readiness.mail_account import (
    AccountState,
    IdentityState,
    SendingAccount,
)

ACCOUNT: Final = ("production-access", "sending-enabled", "enforcement", "quota")
SENDER: Final = ("sender-identity", "mail-from")
CONFIGURATION: Final = ("configuration-set", "event-destination")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How the deployment sends: from which address, in which mode, with which configuration set."""

    mode: MailMode
    sender: EmailAddress
    test_mailbox: EmailAddress
    configuration_set: str


@dataclass(frozen=True, slots=True)
class SendingChecks:
    """Checks whether the mail service would take the letters that are to go."""

    mail: SendingAccount
    settings: MailSettings

    def check(self, letters: Sequence[Letter]) -> list[Check]:
        """Make all checks; with mail switched off there is but one."""
        if self.settings.mode is MailMode.OFF:
            says = "mail is switched off: nothing is sent"
            return [not_ready("mail-mode", says, "Deploy with the parameter MailMode as live")]
        is_live = self.settings.mode is MailMode.LIVE
        to = "their recipients" if is_live else "the test mailbox alone"
        found = [ready("mail-mode", f"letters go to {to}")]
        found += asked(ACCOUNT, "ses:GetAccount", lambda: self._account(self._recipients(letters)))
        found += asked(SENDER, "ses:GetEmailIdentity", self._sender)
        if not is_live:
            found += asked(("divert-identity",), "ses:GetEmailIdentity", self._test_mailbox)
        found += asked(
            CONFIGURATION,
            "ses:GetConfigurationSet and ses:GetConfigurationSetEventDestinations",
            self._configuration,
        )
        return found

    def _recipients(self, letters: Sequence[Letter]) -> int:
        """Return how many recipients SES would count: each mailbox, not each letter, is one."""
        if self.settings.mode is MailMode.DIVERT:
            return len(letters)
        return sum(max(1, len(letter.recipients)) for letter in letters)

    def _account(self, recipients: int) -> Iterator[Check]:
        account = self.mail.account()
        yield self._production_access(account)
        if account.is_sending_enabled:
            yield ready("sending-enabled", "the account may send")
        else:
            yield _refuses("sending-enabled", StopReason.PAUSED)
        yield _enforcement(account)
        yield _quota(account, recipients)

    def _production_access(self, account: AccountState) -> Check:
        if account.has_production_access:
            return ready("production-access", "the account is out of the sandbox")
        if self.settings.mode is MailMode.DIVERT:
            return ready("production-access", "the account is in the sandbox: enough to divert")
        return not_ready(
            "production-access",
            "the account is in the sandbox: SES refuses every recipient that is not verified",
            "Ask AWS for production access, in the SES console; it takes a day",
            OnRelease.REFUSES,
        )

    def _sender(self) -> Iterator[Check]:
        found = self._verified(self.settings.sender)
        if found is None:
            yield _refuses("sender-identity", StopReason.UNVERIFIED)
            return
        name, identity = found
        yield ready("sender-identity", f"{name} is verified")
        is_set_up = identity.mail_from in {"", "SUCCESS"}
        if is_set_up or not identity.rejects_without:
            says = "verified" if identity.mail_from == "SUCCESS" else "SES's own is used"
            yield ready("mail-from", says)
        else:
            yield _refuses("mail-from", StopReason.MAIL_FROM)

    def _test_mailbox(self) -> Iterator[Check]:
        found = self._verified(self.settings.test_mailbox)
        if found:
            yield ready("divert-identity", f"{found[0]} is verified")
        elif self.mail.account().has_production_access:
            yield ready("divert-identity", "the test mailbox need not be verified")
        else:
            yield not_ready(
                "divert-identity",
                "the account is in the sandbox, and the test mailbox is not verified",
                "Verify the address of DivertTo in SES, or divert to one that is",
                OnRelease.REFUSES,
            )

    def _verified(self, address: EmailAddress) -> tuple[str, IdentityState] | None:
        """Return the identity that speaks for an address: itself, its domain, or one above that."""
        parts = address.partition("@")[2].casefold().split(".")
        domains = [".".join(parts[first:]) for first in range(len(parts) - 1)]
        for name in (address, *domains):
            identity = self.mail.identity(name)
            if identity and identity.is_verified:
                return name, identity
        return None

    def _configuration(self) -> Iterator[Check]:
        found = self.mail.configuration(self.settings.configuration_set)
        if found is None:
            yield _refuses("configuration-set", StopReason.CONFIGURATION_SET)
            return
        if found.is_sending_enabled:
            yield ready("configuration-set", "it is there, and sends")
        else:
            yield _refuses("configuration-set", StopReason.PAUSED)
        missing = [each.value for each in MailEvent if each not in found.reported]
        if missing:
            yield not_ready(
                "event-destination",
                f"SES reports nothing of: {', '.join(missing)}",
                "Deploy the stack again: without reports nobody knows which letters arrived",
                OnRelease.REFUSES,
            )
        else:
            yield ready("event-destination", "every kind of report reaches the event bus")


def _refuses(name: str, reason: StopReason) -> Check:
    return not_ready(name, reason.meaning, reason.remedy, OnRelease.REFUSES)


def _enforcement(account: AccountState) -> Check:
    match account.enforcement:
        case "HEALTHY":
            return ready("enforcement", "AWS has no complaint about the account")
        case "SHUTDOWN":
            return _refuses("enforcement", StopReason.SUSPENDED)
        case _:
            return not_ready(
                "enforcement",
                f"AWS has the account under review ({account.enforcement})",
                "Read what AWS wrote and deal with it: it may suspend sending at any moment",
                OnRelease.ASKS,
            )


def _quota(account: AccountState, recipients: int) -> Check:
    if account.quota is None:
        return ready("quota", "there is no limit for 24 hours")
    left = max(0, account.quota - account.sent)
    says = (
        f"{recipients:,} recipients to send to; {left:,} of {account.quota:,} in 24 hours are left"
    )
    if recipients <= left:
        return ready("quota", says)
    return not_ready(
        "quota",
        says,
        "Ask AWS for a higher quota, wait until enough is left, or release some letters alone:"
        " what is beyond the quota stops sending, and stays as it is",
        OnRelease.ASKS,
    )
