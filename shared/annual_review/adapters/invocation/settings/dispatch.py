"""Settings of the functions that release and send letters and track them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from annual_review.adapters.invocation.settings.base import Name, Settings
from annual_review.domain.recipients import email_address
from annual_review.services.dispatch.mail_mode import MailMode

_Mailbox = Annotated[str, AfterValidator(email_address)]
_Count = Annotated[int, Field(ge=1)]


class ReleaseLettersSettings(Settings):
    """Settings of release_letters, which checks whether SES would take letters sent like this."""

    table_name: Name
    send_queue_url: Name
    approval_required: bool
    mail_mode: MailMode
    mail_from: _Mailbox
    divert_to: _Mailbox
    configuration_set: Name


class SendLetterSettings(Settings):
    """Settings of send_letter.

    `divert_to` is the one mailbox that receives all mail where `mail_mode` is `divert`. Together
    the senders, of which `senders_at_once` run at a time, send `letters_per_second` at most.
    """

    table_name: Name
    bucket_name: Name
    configuration_set: Name
    approval_required: bool
    mail_mode: MailMode
    divert_to: _Mailbox
    letters_per_second: _Count
    senders_at_once: _Count
    dead_letter_queue_url: Name


class TrackDeliverySettings(Settings):
    """Settings of track_delivery."""

    table_name: Name
    dead_letter_queue_url: Name
