"""Send a letter again, because a person asks for it: as its next dispatch, with a state of its own.

The first step plans the dispatch and notes it in the one before, in one conditional write: of two
operators one makes it, and none is made of a letter that a re-issue has just replaced. The others
take it through the same states as any letter, in the name of the person who asked. Whatever
ends in between leaves a letter that can be approved and released as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import (
    ENDS_WITHIN,
    ENDS_WITHIN_IN_WORDS,
    LAST_DISPATCH,
    NOT_SENT,
    Act,
    Dispatch,
    LetterState,
)
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.directory import Directory
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.errors import MissingError, RefusalError
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    Event,
    Letter,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    Move,
    chosen_letters,
    replacing,
)
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.letter_recipients import recipient_of

_S = LetterState


class NotResentError(RefusalError):
    """The letter can't be sent again; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ResendLetter:
    """Makes the next dispatch of a letter. `issue_date` says when the letters of a year go out."""

    letters: LetterStore
    closes: CloseStore
    directory: Directory
    prepare: LetterQueue
    send: LetterQueue
    stops: SendingStops
    issue_date: Callable[[ReportingYear], date]

    def plan(
        self,
        year: ReportingYear,
        code: AuthorityCode,
        act: Act,
        to: EmailAddress | None = None,
        *,
        is_dry_run: bool = False,
    ) -> Letter:
        """Plan the next dispatch, ask for it to be prepared, and return it.

        `to` is another mailbox for the addressee than the register's.

        Raises:
            NoLetterError: The authority has no letter.
            NotResentError: Its last dispatch is not one after which another is made, somebody else
                has just made it, or nobody would receive it.
            SendingStoppedError: Sending was stopped, and nobody has said that it may go on.
            PortError: It may be planned and not prepared; preparing it again goes on from there.
        """
        [last] = chosen_letters(self.letters.of_year(year), [code])
        if later := replacing(self.closes.of_year(year), last.id):
            raise NotResentError(
                f"letter {last.id.tag} is replaced by revision {later}, whose letter is not planned"
                " yet: closing the year again plans it"
            )
        if why := why_not_resent(last, act.at):
            raise NotResentError(why)
        self.stops.check(year)
        why = f"to be sent again, asked by {act.by}: {act.reason}"
        again = Letter(
            id=replace(last.id, dispatch=Dispatch(last.id.dispatch + 1)),
            state=_S.PLANNED,
            figures_sha256=last.figures_sha256,
            history=(Event(act.at, _S.PLANNED, why, EventKind.PLANNED, by=act.by),),
            sent_to=to,
        )
        self._check_recipient(again)
        if is_dry_run:
            return again
        noted = f"sent again as {again.id.tag}, asked by {act.by}: {act.reason}"
        note = Move.note(last, act.at, noted, EventKind.RESENT, act.by)
        if not self.letters.plan_next(again, last, note):
            raise NotResentError(
                f"letter {last.id.tag} was changed at the same time: look at it, and run this again"
                " if it is still needed"
            )
        self.prepare.put([again.id])
        return again

    def release(self, letter: Letter, by: str, at: datetime) -> Letter:
        """Approve a prepared dispatch in the name of who asked for it, for its bytes, and queue it.

        Raises:
            NotResentError: It is not prepared, or was changed meanwhile.
            PortError: It may be approved and not queued; releasing it queues it.
        """
        move = Move(
            _S.APPROVED,
            at,
            f"approved by {by}, who asked for it",
            approved_sha256=letter.message_sha256,
            kind=EventKind.APPROVED,
            by=by,
        )
        if letter.state is not _S.PREPARED:
            raise NotResentError(
                f"letter {letter.id.tag} is {letter.state.value}: nothing was sent"
            )
        try:
            approved = self.letters.move(letter, move)
        except LetterMovedError as error:
            raise NotResentError(f"{error} by now: nothing was sent") from None
        self.send.put([letter.id])
        return approved

    def _check_recipient(self, letter: Letter) -> None:
        day = self.issue_date(letter.id.year)
        register, recipients = self.directory.register(), self.directory.recipients()
        try:
            recipient_of(letter, day, register.find, recipients.get)
        except MissingError as error:
            raise NotResentError(f"{error}: load the register with one first") from None


def why_not_resent(letter: Letter, at: datetime) -> str:
    """Say why a letter can't be sent again at a moment; empty where it can."""
    tag, state = letter.id.tag, letter.state
    if state is _S.UNKNOWN:
        return f"nobody knows whether letter {tag} was sent: settle it first"
    if state is _S.CLAIMED:
        return f"letter {tag} is being sent: wait until it is accepted, failed or unknown"
    if state is _S.ACCEPTED and at - letter.since <= ENDS_WITHIN:
        return f"letter {tag} was accepted and may yet be delivered: wait {ENDS_WITHIN_IN_WORDS}"
    if state in NOT_SENT and not letter.was_unknown:
        return f"letter {tag} was never sent, it is {state.value}: prepare, approve and release it"
    if letter.id.dispatch >= LAST_DISPATCH:
        return f"letter {tag} was sent as many times as a letter can be"
    return ""
