"""A mail server that accepts or not, tells the truth or not, and reports what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Final

from annual_review.domain.letters import LetterId, LetterState
from annual_review.services.dispatch.send_letter import (
    MailBusyError,
    MailRefusedError,
    MailUnknownError,
)
from annual_review.services.dispatch.track_delivery import SesNotification
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_history import EventKind, MailEvent
from tests.builders import NOON

S, E = LetterState, MailEvent
FATES: Final[Sequence[Sequence[MailEvent]]] = (
    [],
    [E.DELIVERY],
    [E.BOUNCE],
    [E.DELIVERY, E.BOUNCE],
    [E.DELIVERY, E.COMPLAINT],
    [E.REJECT],
    [E.DELIVERY_DELAY],
    [E.DELIVERY_DELAY, E.DELIVERY],
)


def settled_as(letter: Letter) -> set[LetterState]:
    """Return as what a person has settled a letter."""
    return {each.state for each in letter.history if each.kind is EventKind.SETTLED}


class MailServer:
    """Accepts or not, says so or not, and reports what became of what it accepted."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.accepted: Counter[LetterId] = Counter()
        self.reports: list[SesNotification] = []

    def send(self, letter: LetterId, message: bytes) -> str:
        """Take one attempt."""
        assert message
        accepts, error = self._chance.choice(
            [
                (True, None),
                (True, MailUnknownError("time-out")),
                (True, MailUnknownError("connection reset")),
                (True, MailUnknownError("500")),
                (False, MailUnknownError("500")),
                (False, MailBusyError("429")),
                (False, MailBusyError("sending is paused")),
                (False, MailRefusedError("the sender is not verified")),
            ]
        )
        if accepts:
            self.accepted[letter] += 1
            fate = self._chance.choice(FATES)
            for hours, event in enumerate([E.SEND, *fate]):
                at = NOON + timedelta(hours=hours)
                self.reports.append(SesNotification(letter, event, at, f"mail-{letter.tag}"))
        if error is not None:
            raise error
        return f"mail-{letter.tag}"


STRENGTH = (E.SEND, E.DELIVERY_DELAY, E.DELIVERY, E.COMPLAINT, E.BOUNCE, E.REJECT)
ENDS = {
    E.SEND: S.ACCEPTED,
    E.DELIVERY_DELAY: S.ACCEPTED,
    E.DELIVERY: S.DELIVERED,
    E.COMPLAINT: S.COMPLAINED,
    E.BOUNCE: S.BOUNCED,
    E.REJECT: S.REJECTED,
}
