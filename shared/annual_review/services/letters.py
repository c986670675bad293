"""The record of every letter and of every year's close, and the ports they are kept behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import Revision
from annual_review.domain.letters import Dispatch, LetterId, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import figures_folder, letter_key
from annual_review.services.errors import MissingError


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a letter's history: when it went to which state, and why."""

    at: datetime
    state: LetterState
    why: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it stands.

    `figures_sha256` is the hash of the authority's frozen record it prints, `message_sha256` that
    of the prepared message; `message_id` is what the mail service called the accepted message.
    `recipients` are the mailboxes the prepared message goes to: the addressee's, then the copies.
    """

    id: LetterId
    state: LetterState
    figures_sha256: str
    message_sha256: str | None = None
    message_id: str | None = None
    attempts: int = 0
    recipients: tuple[EmailAddress, ...] = ()
    history: tuple[Event, ...] = ()

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
        """When it came to its present state."""
        return self.history[-1].at


def current_letters(letters: Iterable[Letter]) -> Mapping[AuthorityCode, Letter]:
    """Return the letter of each authority that counts: the last dispatch of its last revision."""
    return {letter.id.authority: letter for letter in sorted(letters, key=_place)}


def _place(letter: Letter) -> tuple[Revision, Dispatch]:
    return letter.id.revision, letter.id.dispatch


class LetterMovedError(Exception):
    """A letter is no longer in a state from which the move may be made; somebody else was first."""

    retryable = False

    def __init__(self, letter: Letter) -> None:
        """Take the letter as it stands now."""
        self.letter = letter
        super().__init__(f"letter {letter.id.tag} is {letter.state.value}")


@dataclass(frozen=True, slots=True)
class Move:
    """A letter's step to another state, and what is noted with it.

    `None` leaves what is known as it is. `counts_as_attempt` is set by a claim.
    """

    to: LetterState
    at: datetime
    why: str
    message_sha256: str | None = None
    message_id: str | None = None
    recipients: tuple[EmailAddress, ...] | None = None
    counts_as_attempt: bool = False


class LetterStore(Protocol):
    """Where letters are kept. Every change is one conditional write with one winner."""

    def plan(self, letter: Letter) -> bool:
        """Keep a new letter; `False` if it is there already.

        Raises:
            PortError: It could not be kept.
        """
        ...

    def get(self, letter: LetterId) -> Letter:
        """Return a letter, read consistently.

        Raises:
            MissingError: There is none.
            PortError: It could not be read.
        """
        ...

    def of_year(self, year: ReportingYear) -> Sequence[Letter]:
        """Return the letters of every revision of a year, by revision and code.

        Raises:
            PortError: They could not be read.
        """
        ...

    def move(self, letter: LetterId, move: Move, given: Collection[LetterState]) -> Letter:
        """Take a letter from one of the given states to another, and return it as it is then.

        Raises:
            LetterMovedError: It is in none of the given states.
            MissingError: There is no such letter.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        ...


@dataclass(frozen=True, slots=True)
class Close:
    """The record that a year was closed: which revision was frozen, with which hash, and when.

    Each revision holds the figures of the whole year. The first plans a letter for every authority,
    a re-issue for the one that it `reissues`.
    """

    year: ReportingYear
    revision: Revision
    figures_sha256: str
    at: datetime
    reissues: AuthorityCode | None = None

    @property
    def folder(self) -> str:
        """Where its frozen records are kept."""
        return figures_folder(self.year, self.revision, self.figures_sha256)


class CloseStore(Protocol):
    """Where closes are kept; nothing edits one."""

    def add(self, close: Close) -> Close:
        """Keep a close, or return the one that is there already for this year and revision.

        Raises:
            PortError: It could not be kept.
        """
        ...

    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        """Return the closes of a year by revision, read consistently.

        Raises:
            PortError: They could not be read.
        """
        ...

    def latest(self, year: ReportingYear) -> Close | None:
        """Return the close of the highest revision, read consistently.

        Raises:
            PortError: It could not be read.
        """
        ...


class LetterQueue(Protocol):
    """A queue that takes one message per letter."""

    def put(self, letters: Sequence[LetterId]) -> None:
        """Queue a message for each letter.

        Raises:
            PortError: Not every message was queued; those that were stay queued.
        """
        ...
