"""Track delivery: what the mail service says became of a letter, in whatever order it says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from annual_review.domain.letters import LetterId, LetterState, states_before
from annual_review.services.letters import LetterMovedError, LetterStore, Move


class MailEvent(StrEnum):
    """The events of Amazon SES (Developer Guide, "Contents of event data") that concern us."""

    SEND = "Send"
    DELIVERY = "Delivery"
    BOUNCE = "Bounce"
    COMPLAINT = "Complaint"
    REJECT = "Reject"
    DELIVERY_DELAY = "DeliveryDelay"
    RENDERING_FAILURE = "Rendering Failure"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event about one letter. `detail` holds codes, never addresses or texts."""

    letter: LetterId
    event: MailEvent
    at: datetime
    message_id: str
    detail: str = ""


_LEADS_TO: Final[Mapping[MailEvent, LetterState]] = MappingProxyType(
    {
        MailEvent.SEND: LetterState.ACCEPTED,
        MailEvent.DELIVERY: LetterState.DELIVERED,
        MailEvent.BOUNCE: LetterState.BOUNCED,
        MailEvent.COMPLAINT: LetterState.COMPLAINED,
        MailEvent.REJECT: LetterState.REJECTED,
        MailEvent.RENDERING_FAILURE: LetterState.REJECTED,
    }
)


class Tracking(StrEnum):
    """What one event did."""

    MOVED = "moved"
    NOTHING_NEW = "nothing_new"


@dataclass(frozen=True, slots=True)
class TrackDelivery:
    """Takes events in any order: a letter only ever moves on, never back."""

    letters: LetterStore

    def track(self, happening: Happening) -> Tracking:
        """Move the letter to where the event leads, if that is news.

        Raises:
            MissingError: There is no such letter.
            PortError: It could not be recorded.
        """
        leads_to = _LEADS_TO.get(happening.event)
        if leads_to is None:
            return Tracking.NOTHING_NEW
        why = f"{happening.event.value} {happening.detail}".strip()
        move = Move(leads_to, happening.at, why, message_id=happening.message_id)
        # Only what was claimed can have been sent: events never touch a letter before its claim.
        given = states_before(leads_to) - {LetterState.PLANNED, LetterState.PREPARED}
        try:
            self.letters.move(happening.letter, move, given)
        except LetterMovedError:
            return Tracking.NOTHING_NEW
        return Tracking.MOVED
