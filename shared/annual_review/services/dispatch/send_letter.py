"""Send a letter once: claim it, make one attempt, and record what is known of the outcome.

The mail service has no idempotency token, so certainty comes from the order of steps. The claim is
a conditional write with one winner; only the winner calls the mail service, once. What happens next
is written down as what is *known*: accepted, refused, or unknown. Nothing sends an unknown letter
again by itself. What is refused for a reason that concerns the account stops the sending of the
whole year, and leaves its letters as they were.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from annual_review.domain.letters import LetterId, LetterState
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.release_letters import may_be_sent
from annual_review.services.dispatch.sending_stops import SendingStops, StopReason
from annual_review.services.documents import Documents, digest
from annual_review.services.letters.letter import Letter, LetterMovedError, LetterStore, Move
from annual_review.services.letters.letter_history import EventKind

CLAIM_LASTS: Final = timedelta(minutes=5)
"""Longer than any invocation runs: a claim older than this belongs to one that died.

After that time a repeated request, or a person who settles it, may say that it was abandoned.
"""


def abandoned(at: datetime) -> Move:
    """Return the step of a letter whose claim was followed by nothing."""
    why = "the sender ended between claim and outcome: it may have been sent"
    return Move(LetterState.UNKNOWN, at, why, kind=EventKind.ABANDONED)


class MailRefusedError(Exception):
    """The mail service proved that it did not accept, and will not: a person has to act."""

    retryable = False


class MailAccountError(Exception):
    """The mail service proved that it did not accept, for a reason that concerns every letter."""

    retryable = False

    def __init__(self, message: str, reason: StopReason) -> None:
        """Take what it said, as a code, and what that means for the account."""
        self.reason = reason
        super().__init__(message)


class MailBusyError(Exception):
    """The mail service proved that it did not accept for now: the letter may be tried later."""

    retryable = True


class MailUnknownError(Exception):
    """No proof either way: a time-out, a broken connection, a failure on the other side."""

    retryable = False


class Mailer(Protocol):
    """Sends one complete message."""

    def send(self, letter: LetterId, message: bytes) -> str:
        """Make exactly one attempt and return what the mail service calls the message.

        Raises:
            MailRefusedError: It was not accepted and will not be.
            MailAccountError: It was not accepted, and no other would be.
            MailBusyError: It was not accepted for now.
            MailUnknownError: It may have been accepted.
        """


class Sending(StrEnum):
    """What became of one request to send. All but `in_flight` and `busy` are acknowledged.

    A letter that somebody else has claimed is `in_flight`: its claimer may yet die, and only a
    message that comes again finds that out. `off`: mail is switched off, and the letter was left
    as it is. `stopped`: so it was, because sending is stopped; a person releases it again.
    """

    ACCEPTED = "accepted"
    ALREADY = "already"
    IN_FLIGHT = "in_flight"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    BUSY = "busy"
    OFF = "off"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SendLetter:
    """Sends letters that may be sent.

    `mode` says what the mailer does with them: it stands in the history before the call is made,
    so that it can be seen of a letter whose outcome is unknown, too.
    """

    letters: LetterStore
    documents: Documents
    mailer: Mailer
    stops: SendingStops
    approval_required: bool
    mode: MailMode

    def send(self, letter_id: LetterId, at: datetime) -> Sending:
        """Claim a letter, send it, and record the outcome.

        Raises:
            MissingError: There is no such letter.
            PortError: Before the claim: nothing was sent. After it: the letter stays claimed, and
                becomes unknown when its message comes again.
        """
        letter = self.letters.get(letter_id)
        if letter.state is LetterState.CLAIMED:
            lasts = at - letter.since <= CLAIM_LASTS
            return Sending.IN_FLIGHT if lasts else self._abandoned(letter, at)
        if not may_be_sent(letter, approval_required=self.approval_required):
            return Sending.ALREADY
        if self.mode is MailMode.OFF:
            return Sending.OFF
        sending = self.stops.record(letter_id.year)
        if sending.stop:
            return Sending.STOPPED
        done = self._claim_and_send(letter, at)
        if done is Sending.ACCEPTED:
            self.stops.accepted(sending)
        return done

    @property
    def _kind_of_claim(self) -> EventKind:
        is_diverted = self.mode is MailMode.DIVERT
        return EventKind.ABOUT_TO_BE_DIVERTED if is_diverted else EventKind.ABOUT_TO_BE_SENT

    def _claim_and_send(self, letter: Letter, at: datetime) -> Sending:
        message = self.documents.get(letter.key("eml"))
        # The write that claims the letter demands that it is still the one that was read above:
        # with this very message, and with a person's approval of it unless nobody is asked to.
        claim = Move(
            LetterState.CLAIMED,
            at,
            f"about to be sent{self.mode.note}",
            counts_as_attempt=True,
            kind=self._kind_of_claim,
        )
        try:
            claimed = self.letters.move(letter, claim)
        except LetterMovedError:
            return Sending.IN_FLIGHT
        if digest(message) != claimed.message_sha256:
            why = "the message is not the one that was prepared: prepare the letter again"
            return self._refused(claimed, at, why)
        return self._attempt(claimed, letter.state, message, at)

    def _attempt(
        self, claimed: Letter, before: LetterState, message: bytes, at: datetime
    ) -> Sending:
        """Make the one attempt; `before` is the state of a letter that may yet go."""
        try:
            message_id = self.mailer.send(claimed.id, message)
        except MailRefusedError as error:
            return self._refused(claimed, at, str(error))
        except MailAccountError as error:
            # The claim first: where the sender ends in between, the request comes again, is refused
            # again, and then stops. The other way round the letter would stay claimed.
            released = Move(before, at, f"not sent: {error}", kind=EventKind.STOPPED)
            self._record(claimed, released, Sending.STOPPED)
            self.stops.stop(claimed.id, at, str(error), error.reason)
            return Sending.STOPPED
        except MailBusyError as error:
            busy = Move(before, at, str(error), kind=EventKind.BUSY)
            return self._record(claimed, busy, Sending.BUSY)
        except MailUnknownError as error:
            unknown = Move(LetterState.UNKNOWN, at, str(error), kind=EventKind.NO_PROOF)
            return self._record(claimed, unknown, Sending.UNKNOWN)
        why = f"accepted for sending{self.mode.note}"
        accepted = Move(
            LetterState.ACCEPTED, at, why, message_id=message_id, kind=EventKind.ACCEPTED
        )
        return self._record(claimed, accepted, Sending.ACCEPTED)

    def _refused(self, claimed: Letter, at: datetime, why: str) -> Sending:
        refused = Move(LetterState.FAILED, at, why, kind=EventKind.REFUSED)
        done = self._record(claimed, refused, Sending.REFUSED)
        self.stops.refused(claimed.id, at, why)
        return done

    def _abandoned(self, letter: Letter, at: datetime) -> Sending:
        return self._record(letter, abandoned(at), Sending.UNKNOWN)

    def _record(self, claimed: Letter, move: Move, done: Sending) -> Sending:
        """Record the outcome of this very claim.

        Where the letter has moved on, the mail service's own events were quicker and know more, or
        the claim was declared abandoned, which they settle.
        """
        with suppress(LetterMovedError):
            self.letters.move(claimed, move)
        return done
