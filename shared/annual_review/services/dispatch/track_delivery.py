"""Track delivery: what the mail service says became of a letter, in whatever order it says it.

A message has several mailboxes: the addressee's, and those of the copies. What concerns the
addressee moves the letter. What concerns copies alone is noted in its history; it proves that the
mail service accepted the message, and nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from annual_review.domain.letters import NOT_SENT, LetterId, LetterState, may_become
from annual_review.domain.recipients import EmailAddress
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import (
    READINGS_OF_A_LETTER,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
)
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport


@dataclass(frozen=True, slots=True)
class SesNotification:
    """One event about one letter. `detail` holds codes, never addresses or texts.

    `recipients` are the mailboxes that it is about, if it names any. They are compared, and go
    neither into the history nor into a log.
    """

    letter: LetterId
    event: MailEvent
    at: datetime
    message_id: str
    detail: str = ""
    recipients: tuple[EmailAddress, ...] = field(default=(), repr=False)

    @property
    def why(self) -> str:
        """Its kind and its codes, as the history has them."""
        return f"{self.event.value} {self.detail}".strip()


_S = LetterState
_LEADS_TO: Final[Mapping[MailEvent, LetterState]] = MappingProxyType(
    {
        MailEvent.SEND: _S.ACCEPTED,
        MailEvent.DELIVERY_DELAY: _S.ACCEPTED,
        MailEvent.DELIVERY: _S.DELIVERED,
        MailEvent.BOUNCE: _S.BOUNCED,
        MailEvent.COMPLAINT: _S.COMPLAINED,
        MailEvent.REJECT: _S.REJECTED,
        MailEvent.RENDERING_FAILURE: _S.REJECTED,
    }
)


class Tracking(StrEnum):
    """What one event did. The first three moved a letter to where somebody has to look at it."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    MOVED = "moved"
    NOTED = "noted"
    NOTHING_NEW = "nothing_new"


_TOLD: Final[Mapping[LetterState, Tracking]] = MappingProxyType(
    {
        _S.BOUNCED: Tracking.BOUNCED,
        _S.COMPLAINED: Tracking.COMPLAINED,
        _S.REJECTED: Tracking.REJECTED,
    }
)


@dataclass(frozen=True, slots=True)
class TrackDelivery:
    """Takes events in any order and any number: a letter ends where the strongest of them leads."""

    letters: LetterStore

    def track(self, notification: SesNotification) -> Tracking:
        """Move the letter to where the event leads, or note it, if it is news.

        Raises:
            MissingError: There is no such letter.
            ConflictError: Others changed the letter all the while.
        """
        for _ in range(READINGS_OF_A_LETTER):
            letter = self.letters.get(notification.letter)
            move = _move(letter, notification)
            if move is None:
                return Tracking.NOTHING_NEW
            try:
                self.letters.move(letter, move)
            except LetterMovedError:
                continue
            is_note = move.to is letter.state
            return Tracking.NOTED if is_note else _TOLD.get(move.to, Tracking.MOVED)
        raise ConflictError(f"letter {notification.letter.tag} is being changed by others")


def _move(letter: Letter, notification: SesNotification) -> Move | None:
    """Return what an event makes of a letter as it was read, or nothing where it is no news."""
    # Only what was claimed can have been sent: events never touch a letter before its claim.
    if letter.state in NOT_SENT and not letter.attempts:
        return None
    report = NotedReport(
        notification.event, notification.detail, _is_about_copies(letter, notification)
    )
    if any((each.at, each.report) == (notification.at, report) for each in letter.history):
        return None
    why = f"a copy: {notification.why}" if report.is_about_copies else notification.why
    # A copy's bounce, and a mailbox that answers by itself, prove that the letter went out.
    to = _S.ACCEPTED if report.is_remark else _LEADS_TO[notification.event]
    move = Move(to, notification.at, why, kind=EventKind.REPORTED, report=report)
    if _strength(to) <= _strength(letter.state):
        return replace(move, to=letter.state) if report.is_remark else None
    if letter.state not in NOT_SENT and to is not letter.state and not may_become(letter.state, to):
        return None
    return replace(move, message_id=notification.message_id)


def _is_about_copies(letter: Letter, notification: SesNotification) -> bool:
    """Whether an event names mailboxes, and all of them are copies'."""
    addressee, *copies = (each.casefold() for each in letter.recipients or ("",))
    named = {each.casefold() for each in notification.recipients}
    return bool(named) and named <= {*copies} - {addressee}


_STRENGTH: Final[Sequence[Collection[LetterState]]] = (
    {_S.CLAIMED, _S.UNKNOWN, *NOT_SENT},
    {_S.ACCEPTED},
    {_S.DELIVERED},
    {_S.COMPLAINED},
    {_S.BOUNCED},
    {_S.REJECTED},
)
"""What is known of a letter, weakest first: what is stronger overrides, in whatever order it comes.

Who complains has got the letter, so that a delivery told later says nothing new; a bounce overrides
both, for a mail server may take a message and give it back a day later.
"""


def _strength(state: LetterState) -> int:
    return next(place for place, each in enumerate(_STRENGTH) if state in each)
