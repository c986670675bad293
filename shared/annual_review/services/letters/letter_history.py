"""What the lines of a letter's history mean, apart from their words.

Programs read the kind of a line, and what was reported in it. Its words are for people, and may
change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class EventKind(StrEnum):
    """What happened to a letter.

    `note`: nothing that a program acts on; the lines written before there were kinds read so too.
    """

    NOTE = "note"
    PLANNED = "planned"
    RENDERED = "rendered"
    UNPRINTABLE = "unprintable"
    APPROVED = "approved"
    HELD = "held"
    TAKEN_OFF_HOLD = "taken_off_hold"
    TAKEN_BACK = "taken_back"
    REPLACED = "replaced"
    ABOUT_TO_BE_SENT = "about_to_be_sent"
    ABOUT_TO_BE_DIVERTED = "about_to_be_diverted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BUSY = "busy"
    STOPPED = "stopped"
    NO_PROOF = "no_proof"
    ABANDONED = "abandoned"
    REPORTED = "reported"
    SETTLED = "settled"
    DEALT_WITH = "dealt_with"
    RESENT = "resent"


class MailEvent(StrEnum):
    """The events of Amazon SES (Developer Guide, "Contents of event data") that concern us."""

    SEND = "Send"
    DELIVERY = "Delivery"
    BOUNCE = "Bounce"
    COMPLAINT = "Complaint"
    REJECT = "Reject"
    DELIVERY_DELAY = "DeliveryDelay"
    RENDERING_FAILURE = "Rendering Failure"


_AUTOMATIC_ANSWER: Final = "Transient General"
"""How SES reports an "out of office": as a bounce of this type (Developer Guide, "Bounce types").

A mailbox that answers has received: it is no bounce. Where no delivery is reported either, the
letter stays accepted, and is asked for after three days.
"""


@dataclass(frozen=True, slots=True)
class NotedReport:
    """What a line of a history notes of a report. `codes` are as SES gives them."""

    event: MailEvent
    codes: str = ""
    is_about_copies: bool = False

    @property
    def is_bounce(self) -> bool:
        """Whether a message came back to us, from whichever mailbox."""
        return self.event is MailEvent.BOUNCE

    @property
    def is_automatic_answer(self) -> bool:
        """Whether the addressee's mailbox answered by itself, which SES calls a bounce."""
        return self.is_bounce and not self.is_about_copies and self.codes == _AUTOMATIC_ANSWER

    @property
    def is_remark(self) -> bool:
        """Whether it says no more of the letter than that it went out."""
        is_delay = self.event is MailEvent.DELIVERY_DELAY
        return is_delay or self.is_about_copies or self.is_automatic_answer
