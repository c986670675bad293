"""The record of every letter, and the ports it is kept behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Protocol, Self

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Dispatch, LetterId, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.documents import letter_key
from annual_review.services.errors import MissingError, RefusalError
from annual_review.services.letters.letter_history import EventKind, NotedReport

if TYPE_CHECKING:
    from annual_review.services.figures.closes import Close


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a letter's history: when it went to which state, and why.

    `why` is for people: what a program needs to know stands in `kind`, in `by` where a person did
    it, and in `report` where the mail service reported something. Lines written before there was
    `by` name their person in `why` alone.
    """

    at: datetime
    state: LetterState
    why: str
    kind: EventKind = EventKind.NOTE
    report: NotedReport | None = None
    by: str | None = None

    @property
    def is_spoken_to(self) -> bool:
        """Whether a person says that they spoke to the reader who complained."""
        return self.kind is EventKind.SETTLED and self.state is LetterState.COMPLAINED

    @property
    def is_dealt_with(self) -> bool:
        """Whether a person says how it was dealt with that the letter did not arrive."""
        return self.kind is EventKind.DEALT_WITH

    @property
    def is_remark(self) -> bool:
        """Whether the letter was in its state before, and this says nothing of why."""
        is_settled = self.is_spoken_to or self.is_dealt_with
        return is_settled or (self.report is not None and self.report.is_remark)

    @property
    def is_about_copies(self) -> bool:
        """Whether it is about copies alone, and not about the addressee."""
        return self.report is not None and self.report.is_about_copies


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it stands.

    `figures_sha256` is the hash of the authority's frozen record it prints, `message_sha256` that
    of the prepared message; `message_id` is what the mail service called the accepted message.
    `recipients` are the mailboxes the prepared message goes to: the addressee's, then the copies.
    `approved_sha256` is the hash of the message that was approved, whatever was prepared since.
    `sent_to` is the addressee's mailbox where a person asked for another than the register's.
    `version` counts the writes of this record from 1 and never goes back: a change names the
    version that it saw.
    """

    id: LetterId
    state: LetterState
    figures_sha256: str
    message_sha256: str | None = None
    message_id: str | None = None
    attempts: int = 0
    recipients: tuple[EmailAddress, ...] = ()
    history: tuple[Event, ...] = ()
    approved_sha256: str | None = None
    sent_to: EmailAddress | None = None
    version: int = 1

    def key(self, kind: str) -> str:
        """Return where its document of a kind is kept: `pdf`, `html`, `txt`, `xlsx` or `eml`.

        Raises:
            MissingError: It was never prepared.
        """
        if self.message_sha256 is None:
            raise MissingError(f"letter {self.id.tag} was never prepared")
        return letter_key(self.id, self.message_sha256, kind)

    @property
    def since(self) -> datetime:
        """When it came to its present state; what was noted in that state does not count."""
        *_, first = takewhile(lambda each: each.state is self.state, reversed(self.history))
        return first.at

    @property
    def is_dealt_with(self) -> bool:
        """Whether it did not arrive, and a person has said how that was dealt with."""
        in_state = takewhile(lambda each: each.state is self.state, reversed(self.history))
        return any(each.is_dealt_with for each in in_state)

    @property
    def is_approved(self) -> bool:
        """Whether it is approved, and for the very message that is prepared."""
        is_read = self.approved_sha256 == self.message_sha256 is not None
        return self.state is LetterState.APPROVED and is_read

    @property
    def was_unknown(self) -> bool:
        """Whether nobody knew at some time if it had been sent.

        Such a letter is never prepared again: only its next dispatch is sent.
        """
        return any(each.state is LetterState.UNKNOWN for each in self.history)


def current_letters(letters: Iterable[Letter]) -> Mapping[AuthorityCode, Letter]:
    """Return the letter of each authority that counts: the last dispatch of its last revision."""
    return {letter.id.authority: letter for letter in sorted(letters, key=_place)}


def _place(letter: Letter) -> tuple[Revision, Dispatch]:
    return letter.id.revision, letter.id.dispatch


class NoLetterError(RefusalError):
    """An authority that was named has no letter in the year; the message names it."""


def chosen_letters(
    letters: Iterable[Letter], only: Collection[AuthorityCode] = ()
) -> Sequence[Letter]:
    """Return the letters that count of some authorities, or of all where none is named.

    Raises:
        NoLetterError: One of them has no letter.
    """
    current = current_letters(letters)
    if unknown := [code for code in only if code not in current]:
        raise NoLetterError(f"there is no letter of {', '.join(unknown)} in this year")
    return [current[code] for code in dict.fromkeys(only or current)]


class LetterMovedError(Exception):
    """A letter was changed since it was read; somebody else was first, and nothing was written."""

    retryable = False

    def __init__(self, letter: Letter) -> None:
        """Take the letter as it stands now."""
        self.letter = letter
        super().__init__(f"letter {letter.id.tag} is {letter.state.value}")


@dataclass(frozen=True, slots=True)
class Move:
    """A letter's step to another state, and what is noted with it.

    A step demands one thing alone: that the letter is still the one that was read, by its version.
    So whoever makes a step judges the letter that it holds, and nothing can come between.

    `None` leaves what is known as it is. A claim counts as an attempt. `withdraws_approval` forgets
    which message was approved. `why`, `kind`, `report` and `by` are noted in the history.
    """

    to: LetterState
    at: datetime
    why: str
    message_sha256: str | None = None
    message_id: str | None = None
    recipients: tuple[EmailAddress, ...] | None = None
    approved_sha256: str | None = None
    counts_as_attempt: bool = False
    withdraws_approval: bool = False
    kind: EventKind = EventKind.NOTE
    report: NotedReport | None = None
    by: str | None = None

    @classmethod
    def note(
        cls,
        letter: Letter,
        at: datetime,
        why: str,
        kind: EventKind = EventKind.NOTE,
        by: str | None = None,
    ) -> Move:
        """Make a line of the history that leaves the letter in its state."""
        return cls(letter.state, at, why, kind=kind, by=by)

    def applied_to(self, letter: Letter) -> Letter:
        """Return what becomes of a letter."""
        approved = None if self.withdraws_approval else letter.approved_sha256
        event = Event(self.at, self.to, self.why, self.kind, self.report, self.by)
        return replace(
            letter,
            state=self.to,
            message_sha256=self.message_sha256 or letter.message_sha256,
            message_id=self.message_id or letter.message_id,
            recipients=letter.recipients if self.recipients is None else self.recipients,
            approved_sha256=self.approved_sha256 or approved,
            attempts=letter.attempts + self.counts_as_attempt,
            history=(*letter.history, event),
            version=letter.version + 1,
        )


READINGS_OF_A_LETTER: Final = 5
"""How often a letter is read again when somebody else changes it meanwhile."""

LetterMove = tuple[Letter, Move]
"""A letter as it was read, and the step that it is to take together with another write."""


@dataclass(frozen=True, slots=True)
class LeftLetter:
    """A letter that a command or a function left as it is: in which state, and why."""

    letter: LetterId
    state: LetterState
    why: str


@dataclass(frozen=True, slots=True)
class LettersDone:
    """The letters with which it was done as asked, and those that were left."""

    done: tuple[LetterId, ...]
    left: tuple[LeftLetter, ...]

    @classmethod
    def by(cls, act: Callable[[Letter], LeftLetter | None], letters: Iterable[Letter]) -> Self:
        """Do something with every letter; `act` returns the one that it leaves."""
        outcomes = [(letter.id, act(letter)) for letter in letters]
        return cls(
            tuple(id_ for id_, left in outcomes if left is None),
            tuple(left for _, left in outcomes if left is not None),
        )


class LetterStore(Protocol):
    """Where letters are kept. Every change is one conditional write with one winner."""

    def plan(self, letter: Letter) -> bool:
        """Keep a new letter; `False` if it is there already."""

    def get(self, letter: LetterId) -> Letter:
        """Return a letter, read consistently.

        Raises:
            MissingError: There is none.
        """

    def of_year(self, year: ReportingYear) -> Sequence[Letter]:
        """Return the letters of every revision of a year, by revision and code."""

    def move(self, letter: Letter, move: Move) -> Letter:
        """Take a letter, as it was read, to another state, and return it as it is then.

        Raises:
            LetterMovedError: It was changed since it was read.
            MissingError: There is no such letter.
        """

    def plan_next(self, letter: Letter, last: Letter, noted: Move) -> bool:
        """Keep the next dispatch of a letter and note it in the last one, or neither.

        Returns `False` if the last one was changed since it was read, or the next is there already.
        """


def replacing(closes: Iterable[Close], letter: LetterId) -> Revision | None:
    """Return the latest revision that replaces a letter, `None` where it still counts."""
    later = [
        close.revision
        for close in closes
        if close.revision > letter.revision and close.reissues == letter.authority
    ]
    return max(later, default=None)


class LetterQueue(Protocol):
    """A queue that takes one message per letter."""

    def put(self, letters: Sequence[LetterId]) -> None:
        """Queue a message for each letter.

        Raises:
            PortError: Not every message was queued; those that were stay queued.
        """
