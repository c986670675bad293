"""Send a letter once: claim it, make one attempt, and record what is known of the outcome.

The mail service has no idempotency token, so certainty comes from the order of steps. The claim is
a conditional write with one winner; only the winner calls the mail service, once. What happens next
is written down as what is *known*: accepted, refused, or unknown. Nothing sends an unknown letter
again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from annual_review.domain.letters import LetterId, LetterState
from annual_review.services.documents import Documents
from annual_review.services.frozen_authority import digest
from annual_review.services.letters import (
    CloseStore,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
)
from annual_review.services.mail_mode import MailMode
from annual_review.services.release_letters import may_be_sent

CLAIM_LASTS: Final = timedelta(minutes=5)
"""Longer than any invocation runs: a claim older than this belongs to one that died."""

ABANDONED: Final = "the sender ended between claim and outcome: it may have been sent"
"""What the history says of a letter whose claim was followed by nothing."""


class MailRefusedError(Exception):
    """The mail service proved that it did not accept, and will not: a person has to act."""

    retryable = False


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
            MailBusyError: It was not accepted for now.
            MailUnknownError: It may have been accepted.
        """
        ...


class Sending(StrEnum):
    """What became of one request to send. All but `in_flight` and `busy` are acknowledged.

    A letter that somebody else has claimed is `in_flight`: its claimer may yet die, and only a
    message that comes again finds that out. `off`: mail is switched off, and the letter was left
    as it is. `replaced`: a re-issue replaces the letter, which is held.
    """

    ACCEPTED = "accepted"
    ALREADY = "already"
    IN_FLIGHT = "in_flight"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    BUSY = "busy"
    OFF = "off"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class SendLetter:
    """Sends letters that may be sent.

    `mode` says what the mailer does with them: it stands in the history before the call is made,
    so that it can be seen of a letter whose outcome is unknown, too.
    """

    letters: LetterStore
    closes: CloseStore
    documents: Documents
    mailer: Mailer
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
        if why := self._replaced(letter_id):
            return self._hold(letter, why, at)
        return self._claim_and_send(letter, at)

    def _claim_and_send(self, letter: Letter, at: datetime) -> Sending:
        message = self.documents.get(letter.key("eml"))
        # What was read above has to hold in the write that claims it: the very message that lies
        # here and, unless nobody is asked to approve, a person's approval of these bytes.
        claim = Move(
            LetterState.CLAIMED,
            at,
            f"about to be sent{self.mode.note}",
            counts_as_attempt=True,
            if_message=letter.message_sha256,
            if_approved=letter.state is LetterState.APPROVED,
        )
        try:
            claimed = self.letters.move(letter.id, claim, {letter.state})
        except LetterMovedError:
            return Sending.IN_FLIGHT
        if digest(message) != claimed.message_sha256:
            why = "the message is not the one that was prepared: prepare the letter again"
            return self._record(letter.id, Move(LetterState.FAILED, at, why), Sending.REFUSED)
        return self._attempt(letter, message, at)

    def _replaced(self, letter_id: LetterId) -> str:
        """Return why a letter must not go because of a later one of its authority, or nothing.

        Requests to send lie in their queue for days. Re-issuing holds what it replaces; this finds
        what was made at the same time, as a dispatch that somebody else asked for.
        """
        for close in self.closes.of_year(letter_id.year):
            if close.revision > letter_id.revision and close.reissues == letter_id.authority:
                return f"replaced by revision {close.revision}"
        return ""

    def _hold(self, letter: Letter, why: str, at: datetime) -> Sending:
        try:
            self.letters.move(letter.id, Move(LetterState.HELD, at, why), {letter.state})
        except LetterMovedError:
            return Sending.IN_FLIGHT
        return Sending.REPLACED

    def _attempt(self, letter: Letter, message: bytes, at: datetime) -> Sending:
        try:
            message_id = self.mailer.send(letter.id, message)
        except MailRefusedError as error:
            return self._record(
                letter.id, Move(LetterState.FAILED, at, str(error)), Sending.REFUSED
            )
        except MailBusyError as error:
            return self._record(letter.id, Move(letter.state, at, str(error)), Sending.BUSY)
        except MailUnknownError as error:
            return self._record(
                letter.id, Move(LetterState.UNKNOWN, at, str(error)), Sending.UNKNOWN
            )
        why = f"accepted for sending{self.mode.note}"
        accepted = Move(LetterState.ACCEPTED, at, why, message_id=message_id)
        return self._record(letter.id, accepted, Sending.ACCEPTED)

    def _abandoned(self, letter: Letter, at: datetime) -> Sending:
        return self._record(letter.id, Move(LetterState.UNKNOWN, at, ABANDONED), Sending.UNKNOWN)

    def _record(self, letter_id: LetterId, move: Move, done: Sending) -> Sending:
        """Record an outcome, unless the mail service's own events were quicker and know more."""
        try:
            self.letters.move(letter_id, move, {LetterState.CLAIMED})
        except LetterMovedError:
            return done
        return done
