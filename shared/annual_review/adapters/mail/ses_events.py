"""Events of Amazon SES, as EventBridge delivers them, read as what happened to a letter.

Only what tracking needs is read. Subjects and the answers of mail servers stay unread: what is
written into a letter's history are codes. The mailboxes that an event is about are read to be
compared with the letter's own, and go nowhere else.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from annual_review.adapters.aws.set_aside import place_of
from annual_review.domain.letters import LETTER_TAG, LetterId
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.track_delivery import SesNotification
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.recording.messages import RejectedEventError

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,39}")


class _Part(BaseModel):
    # Only what is read or made by itself is built, and that while the function starts.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class _Mail(_Part):
    timestamp: AwareDatetime
    message_id: Annotated[str, Field(alias="messageId", min_length=1, max_length=200)]
    tags: dict[str, list[str]]


class _Mailbox(_Part):
    """How bounces, complaints and delays name a mailbox; a delivery gives its address alone."""

    address: Annotated[str, Field(alias="emailAddress")] = ""


class _Particulars(_Part):
    """What an event says of itself; SES gives each kind a part of its own."""

    model_config = ConfigDict(defer_build=False)

    timestamp: AwareDatetime | None = None
    bounce_type: Annotated[str | None, Field(alias="bounceType")] = None
    bounce_sub_type: Annotated[str | None, Field(alias="bounceSubType")] = None
    complaint_feedback_type: Annotated[str | None, Field(alias="complaintFeedbackType")] = None
    delay_type: Annotated[str | None, Field(alias="delayType")] = None
    delivered: Annotated[tuple[str, ...], Field(alias="recipients")] = ()
    bounced: Annotated[tuple[_Mailbox, ...], Field(alias="bouncedRecipients")] = ()
    complained: Annotated[tuple[_Mailbox, ...], Field(alias="complainedRecipients")] = ()
    delayed: Annotated[tuple[_Mailbox, ...], Field(alias="delayedRecipients")] = ()

    @property
    def mailboxes(self) -> tuple[EmailAddress, ...]:
        """The addresses in it, without the names that may stand around them."""
        boxes = (*self.bounced, *self.complained, *self.delayed)
        given = (*self.delivered, *(each.address for each in boxes))
        return tuple(EmailAddress(parseaddr(each)[1]) for each in given)

    @property
    def codes(self) -> str:
        """The codes in it. A mail server chooses some of them: other text is left out."""
        given = (
            self.bounce_type,
            self.bounce_sub_type,
            self.complaint_feedback_type,
            self.delay_type,
        )
        return " ".join(each for each in given if each and _CODE.fullmatch(each))


class _Detail(_Part):
    event_type: Annotated[MailEvent, Field(alias="eventType")]
    mail: _Mail
    delivery: _Particulars = _Particulars()
    bounce: _Particulars = _Particulars()
    complaint: _Particulars = _Particulars()
    delay: Annotated[_Particulars, Field(alias="deliveryDelay")] = _Particulars()

    @property
    def particulars(self) -> _Particulars:
        match self.event_type:
            case MailEvent.DELIVERY:
                return self.delivery
            case MailEvent.BOUNCE:
                return self.bounce
            case MailEvent.COMPLAINT:
                return self.complaint
            case MailEvent.DELIVERY_DELAY:
                return self.delay
            case MailEvent.SEND | MailEvent.REJECT | MailEvent.RENDERING_FAILURE:
                return _Particulars()


class _Envelope(_Part):
    model_config = ConfigDict(defer_build=False)

    detail: _Detail


def read_mail_event(body: str) -> SesNotification:
    """Read one SES event from the body of a message.

    Raises:
        RejectedEventError: `not_a_mail_event`, or `no_letter_tag` where the mail is none of ours.
    """
    try:
        detail = _Envelope.model_validate_json(body).detail
    except ValidationError as error:
        code = "not_a_mail_event"
        raise RejectedEventError(code, place_of(error)) from None
    particulars = detail.particulars
    return SesNotification(
        letter=_letter(detail.mail.tags),
        event=detail.event_type,
        at=particulars.timestamp or detail.mail.timestamp,
        message_id=detail.mail.message_id,
        detail=particulars.codes,
        recipients=particulars.mailboxes,
    )


def _letter(tags: dict[str, list[str]]) -> LetterId:
    try:
        return LetterId.from_tag(tags[LETTER_TAG][0])
    except (LookupError, ValueError):
        code = "no_letter_tag"
        raise RejectedEventError(code, f"detail.mail.tags.{LETTER_TAG}") from None
