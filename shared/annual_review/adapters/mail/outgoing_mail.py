"""The way that letters take out of a deployment: diverted or not, at a pace, to SES."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.invocation.observation import Observer
from annual_review.adapters.invocation.settings.dispatch import SendLetterSettings
from annual_review.adapters.mail.diverted_mail import DivertedMailer
from annual_review.adapters.mail.mail import SesMailer
from annual_review.adapters.mail.paced_mail import LONGEST_REST, Pace, PacedMailer, granted_rate
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.send_letter import Mailer

TIME_TO_SEND: Final = LONGEST_REST + aws_clients.MAIL_READ_TIMEOUT + aws_clients.LONGEST_TABLE_CALL
"""Seconds for one letter at worst: less than that left, and it is not even claimed."""


def outgoing_mail(
    settings: SendLetterSettings, observer: Observer, clock: Callable[[], float]
) -> Mailer:
    """Return the mailer of a sender. Only `live` sends to the recipients that a message names.

    `clock` returns seconds that only ever increase.
    """
    if settings.mail_mode is MailMode.OFF:
        granted = None
    elif (granted := granted_rate(aws_clients.sesv2_account())) is None:
        observer.warn("sending_rate_unknown", held=settings.letters_per_second)
    pace = Pace(settings.senders_at_once, settings.letters_per_second, granted)
    is_live = settings.mail_mode is MailMode.LIVE
    only_to = None if is_live else settings.divert_to
    ses = SesMailer(aws_clients.sesv2(), settings.configuration_set, only_to)
    paced = PacedMailer(ses, pace, clock)
    return paced if is_live else DivertedMailer(paced, settings.divert_to)
