"""Track delivery: what the mail service says became of a letter, in whatever order it says it.

A message has several mailboxes: the addressee's, and those of the copies. What concerns the
addressee moves the letter. What concerns copies alone is noted in its history; it proves that the
mail service accepted the message, and nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from annual_review.domain.letters import NOT_SENT, LetterId, LetterState, may_become
from annual_review.domain.recipients import EmailAddress
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import Event, Letter, LetterMovedError, LetterStore, Move


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

AUTOMATIC_ANSWER: Final = f"{MailEvent.BOUNCE.value} Transient General"
"""How SES reports an "out of office": as a bounce of this type (Developer Guide, "Bounce types").

A mailbox that answers has received. Such a bounce counts only as long as nobody reports a delivery.
"""

_ROUNDS: Final = 5
"""How often a letter is read again when somebody else changes it meanwhile."""


class Tracking(StrEnum):
    """What one event did."""

    MOVED = "moved"
    NOTED = "noted"
    NOTHING_NEW = "nothing_new"


@dataclass(frozen=True, slots=True)
class TrackDelivery:
    """Takes events in any order and any number: a letter ends where the strongest of them leads."""

    letters: LetterStore

    def track(self, happening: Happening) -> Tracking:
        """Move the letter to where the event leads, or note it, if it is news.

        Raises:
            MissingError: There is no such letter.
            ConflictError: Others changed the letter all the while.
            PortError: It could not be recorded.
        """
        for _ in range(_ROUNDS):
            letter = self.letters.get(happening.letter)
            move = _move(letter, happening)
            if move is None:
                return Tracking.NOTHING_NEW
            try:
                self.letters.move(letter, move)
            except LetterMovedError:
                continue
            return Tracking.NOTED if move.to is letter.state else Tracking.MOVED
        raise ConflictError(f"letter {happening.letter.tag} is being changed by others")


def _move(letter: Letter, happening: Happening) -> Move | None:
    """Return what an event makes of a letter as it was read, or nothing where it is no news."""
    # Only what was claimed can have been sent: events never touch a letter before its claim.
    if letter.state in NOT_SENT and not letter.attempts:
        return None
    is_about_copies = _is_about_copies(letter, happening)
    why = f"a copy: {happening.why}" if is_about_copies else happening.why
    if any((each.at, each.why) == (happening.at, why) for each in letter.history):
        return None
    to = _S.ACCEPTED if is_about_copies else _LEADS_TO[happening.event]
    if _strength(to, [why]) <= _strength(letter.state, [each.why for each in _lines(letter)]):
        is_noted = is_about_copies or happening.event is MailEvent.DELIVERY_DELAY
        # The answer of a mailbox that did receive is no bounce, and is told to the operator.
        is_noted |= why == AUTOMATIC_ANSWER and letter.state is not _S.BOUNCED
        return Move.note(letter, happening.at, why) if is_noted else None
    if letter.state not in NOT_SENT and to is not letter.state and not may_become(letter.state, to):
        return None
    return Move(to, happening.at, why, message_id=happening.message_id)


def _is_about_copies(letter: Letter, happening: Happening) -> bool:
    """Whether an event names mailboxes, and all of them are copies'."""
    addressee, *copies = (each.casefold() for each in letter.recipients or ("",))
    named = {each.casefold() for each in happening.recipients}
    return bool(named) and named <= {*copies} - {addressee}


def _lines(letter: Letter) -> Iterable[Event]:
    """Return the lines of its history in its present state."""
    return takewhile(lambda each: each.state is letter.state, reversed(letter.history))


_STRENGTH: Final[Sequence[Collection[str]]] = (
    {_S.CLAIMED, _S.UNKNOWN, *NOT_SENT},
    {_S.ACCEPTED},
    {AUTOMATIC_ANSWER},
    {_S.DELIVERED},
    {_S.COMPLAINED},
    {_S.BOUNCED},
    {_S.REJECTED},
)
"""What is known of a letter, weakest first: what is stronger overrides, in whatever order it comes.

Who complains has got the letter, so that a delivery told later says nothing new; a bounce overrides
both, for a mail server may take a message and give it back a day later.
"""


def _strength(state: LetterState, whys: Iterable[str]) -> int:
    """Return how strong a state is, which came about for these reasons."""
    bounces = [why for why in whys if why.startswith(MailEvent.BOUNCE.value)]
    is_automatic = state is _S.BOUNCED and bounces and set(bounces) == {AUTOMATIC_ANSWER}
    known = AUTOMATIC_ANSWER if is_automatic else state.value
    return next(place for place, each in enumerate(_STRENGTH) if known in each)
