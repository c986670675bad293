"""Which deployments the smoke test refuses to send a letter through."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.readiness.deployment import Protection
from annual_review.services.readiness.sending_checks import MailSettings
from infrastructure.deploy.smoke.steps import SmokeTestError, refuse_unless_safe

SENDER = EmailAddress("letters@ombudsman.example")
TEST_MAILBOX = EmailAddress("letters.test@ombudsman.example")


def a_system(stage: str = "test", mode: MailMode = MailMode.DIVERT, to: str = TEST_MAILBOX) -> Any:  # noqa: ANN401
    settings = MailSettings(mode, SENDER, EmailAddress(to), "our-mail")
    protection = Protection(stage, is_on=False)
    stack = SimpleNamespace(mail_settings=settings, protection=protection)
    return SimpleNamespace(name="annual-review-test", stack=stack)


def test_a_stage_that_diverts_to_a_mailbox_of_its_own_is_tried() -> None:
    refuse_unless_safe(a_system())


@pytest.mark.parametrize(
    ("system", "why"),
    [
        (a_system(stage="prod"), "is production"),
        (a_system(stage=""), "is production"),
        (a_system(mode=MailMode.LIVE), "MailMode is live"),
        (a_system(mode=MailMode.OFF), "MailMode is off"),
        (a_system(to=SENDER), "DivertTo"),
    ],
)
def test_every_other_is_refused(system: Any, why: str) -> None:  # noqa: ANN401
    with pytest.raises(SmokeTestError, match=why):
        refuse_unless_safe(system)
