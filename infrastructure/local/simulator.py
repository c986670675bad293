"""Recipients at SES's mailbox simulator, so that a run shows every fate of a letter."""

from collections.abc import Mapping
from dataclasses import replace

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import ReportingYear
from infrastructure.local.mail_events import SIMULATOR

FATES = ("bounce", "complaint", "suppressionlist", "ooto", "delay")
"""All but `success`, which everybody else has. `delay` is ours: SES has no address for it."""


def with_simulated_fates(
    recipients: Mapping[AuthorityCode, Recipient], register: Register, year: ReportingYear
) -> tuple[Mapping[AuthorityCode, Recipient], Mapping[AuthorityCode, str]]:
    """Give one authority each a recipient whose mail meets a fate, and say which.

    They are the first of those that still exist. Their copies are left out.
    """
    whose = [
        code
        for code, authority in register.items()
        if code in recipients and authority.existed_in(year) and authority.in_being_to is None
    ]
    fates = dict(zip(whose, FATES, strict=False))
    changed = {
        code: replace(recipients[code], email=EmailAddress(f"{fate}+{code}@{SIMULATOR}"), copies=())
        for code, fate in fates.items()
    }
    return {**recipients, **changed}, fates
