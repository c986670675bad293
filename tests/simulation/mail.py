"""A mail service that alone knows what it accepted, tells the truth or nothing, and reports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from annual_review.domain.letters import LetterId
from annual_review.services.dispatch.send_letter import (
    MailAccountError,
    MailBusyError,
    MailRefusedError,
    MailUnknownError,
)
from annual_review.services.dispatch.sending_stops import StopReason
from annual_review.services.dispatch.track_delivery import SesNotification
from annual_review.services.letters.letter_history import MailEvent
from tests.fakes.faults import ProcessDiedError
from tests.simulation.chance import Chance
from tests.simulation.processes import Process
from tests.simulation.queues import Queue

E = MailEvent

FATES: Final[Sequence[Sequence[MailEvent]]] = (
    [E.DELIVERY],
    [E.DELIVERY, E.COMPLAINT],
    [E.BOUNCE],
    [E.DELIVERY_DELAY, E.DELIVERY],
    [E.DELIVERY, E.BOUNCE],
    [E.REJECT],
    [],
)
"""What becomes of a message after it was accepted; the last is never heard of again."""


@dataclass
class MailService:
    """SES, as far as letters can tell."""

    chance: Chance
    reports: Queue[SesNotification]
    now: Callable[[], datetime]
    accepting: Callable[[LetterId, bytes], None]
    """Told of every message that is accepted, at the moment it is."""
    asking: Callable[[LetterId, int], None]
    """Told of every letter that it is asked to send, at that moment, and when its sender began."""
    is_well: bool = False
    """Whether it accepts everything and every message arrives."""
    accepted: Counter[LetterId] = field(default_factory=Counter)
    arrived: set[LetterId] = field(default_factory=set)
    reported: defaultdict[LetterId, set[MailEvent]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def take(self, letter: LetterId, message: bytes, process: Process) -> str:
        """Take one attempt, in the middle of which others may go on.

        Raises:
            MailRefusedError: It was not accepted and will not be.
            MailAccountError: It was not accepted, and no other would be.
            MailBusyError: It was not accepted for now.
            MailUnknownError: It may have been accepted.
        """
        process.pause()
        outcomes = ("accepts",) if self.is_well else _OUTCOMES
        outcome = self.chance.of(outcomes)
        self.asking(letter, process.began)
        if outcome.startswith("accepts"):
            self._accept(letter, message)
            process.pause()
        match outcome:
            case "busy":
                raise MailBusyError("SendEmail: TooManyRequestsException")
            case "refuses the account":
                raise MailAccountError("SendEmail: SendingPausedException", StopReason.PAUSED)
            case "refuses":
                raise MailRefusedError("SendEmail: MessageRejected")
            case "accepts, times out" | "fails":
                raise MailUnknownError("SendEmail: ReadTimeoutError")
            case "accepts, sender dies":
                raise ProcessDiedError(process.name)
            case _:
                return f"mail-{letter.tag}"

    def _accept(self, letter: LetterId, message: bytes) -> None:
        self.accepting(letter, message)
        self.accepted[letter] += 1
        fate = FATES[0] if self.is_well else self.chance.of(FATES)
        if E.DELIVERY in fate:
            self.arrived.add(letter)
        if fate:
            self.reported[letter] |= {E.SEND, *fate}
        for hours, event in enumerate([E.SEND, *fate] if fate else []):
            at = self.now() + timedelta(hours=hours)
            report = SesNotification(letter, event, at, f"mail-{letter.tag}")
            self.reports.add(*[report] * self.chance.of([1, 1, 2]))


_OUTCOMES: Final = (
    "accepts",
    "busy",
    "busy",
    "busy",
    "accepts, times out",
    "fails",
    "accepts, sender dies",
    "refuses",
    "refuses the account",
)


@dataclass(frozen=True)
class Mailer:
    """Implements `Mailer` for one process."""

    service: MailService
    process: Process

    def send(self, letter: LetterId, message: bytes) -> str:
        """Make one attempt."""
        return self.service.take(letter, message, self.process)
