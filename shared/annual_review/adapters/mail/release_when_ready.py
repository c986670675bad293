"""The release of the issue date, with the account asked first whether it may send."""

from __future__ import annotations

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.invocation.observation import Observer
from annual_review.adapters.invocation.settings.dispatch import ReleaseLettersSettings
from annual_review.adapters.mail.ses_account import SesSending
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.readiness.check import Check
from annual_review.services.readiness.release_when_ready import ReleaseWhenReady
from annual_review.services.readiness.sending_checks import MailSettings, SendingChecks


def release_when_ready(
    letters: ReleaseLetters, settings: ReleaseLettersSettings, observer: Observer
) -> ReleaseWhenReady:
    """Return a release that asks SES first, and warns of what it goes on in spite of."""
    sends = MailSettings(
        settings.mail_mode,
        EmailAddress(settings.mail_from),
        EmailAddress(settings.divert_to),
        settings.configuration_set,
    )
    account = SesSending(aws_clients.sesv2_account())

    def passed_over(check: Check) -> None:
        found = check.outcome.value
        observer.warn("released_despite", check=check.name, found=found, says=check.says)

    return ReleaseWhenReady(letters, SendingChecks(account, sends), passed_over)
