"""Letters: whose, of which revision, in which state, and which way they may go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision

Dispatch = NewType("Dispatch", int)
"""Numbers the times that a letter was asked to be sent, from 1; a resend is the next one."""

FIRST_DISPATCH: Final = Dispatch(1)
LAST_DISPATCH: Final = Dispatch(999)
"""As far as a tag can count them."""

LETTER_TAG: Final = "letter"
"""The message tag by which what became of a message is joined to its letter."""

# One letter, one tag: no leading zeros and no digits but those of ASCII.
_TAG: Final = re.compile(
    r"([1-9]\d{0,3})-([1-9]\d{0,5})(?:x([2-9]|[1-9]\d{1,2}))?-([0-9A-Za-z_-]+)", re.ASCII
)


@dataclass(frozen=True, order=True, slots=True)
class LetterId:
    """One authority's letter in one year and revision, and which dispatch of it.

    Each dispatch is a letter with a state of its own: a bounce of the first that comes late is not
    taken for one of the second.
    """

    year: ReportingYear
    revision: Revision
    authority: AuthorityCode
    dispatch: Dispatch = FIRST_DISPATCH

    @property
    def tag(self) -> str:
        """The letter's name in mail tags, headers and logs: `2020-1-E07000075`.

        The second dispatch of it is `2020-1x2-E07000075`.
        """
        again = "" if self.dispatch == FIRST_DISPATCH else f"x{self.dispatch}"
        return f"{self.year}-{self.revision}{again}-{self.authority}"

    @classmethod
    def from_tag(cls, tag: str) -> LetterId:
        """Read a tag back.

        Raises:
            ValueError: The text is not a letter's tag.
        """
        found = _TAG.fullmatch(tag)
        if found is None:
            message = "not the tag of a letter, which reads like 2020-1-E07000075"
            raise ValueError(message)
        year, revision, dispatch, authority = found.groups()
        return cls(
            ReportingYear(int(year)),
            Revision(int(revision)),
            AuthorityCode(authority),
            Dispatch(int(dispatch or FIRST_DISPATCH)),
        )


@dataclass(frozen=True, slots=True)
class Act:
    """A person's act, as histories keep it. `reason` is empty where none is asked for."""

    by: str
    at: datetime
    reason: str = ""


class LetterState(StrEnum):
    """Where a letter stands. `unknown`: it may or may not have been sent; a person looks."""

    PLANNED = "planned"
    PREPARED = "prepared"
    HELD = "held"
    APPROVED = "approved"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    FAILED = "failed"


_S = LetterState

MAY_BECOME: Final[Mapping[LetterState, frozenset[LetterState]]] = MappingProxyType(
    {
        # A letter that can't be rendered fails with its reason and may be prepared again; so does
        # one that was prepared and can't be rendered with what the register says now. Where it is
        # prepared again and comes out as the very message that was approved, it is approved.
        _S.PLANNED: frozenset({_S.PREPARED, _S.APPROVED, _S.HELD, _S.FAILED}),
        # Whatever is to change in a letter takes it back to be prepared, in the same write: until
        # then it can be neither approved nor sent.
        _S.PREPARED: frozenset(
            {_S.PLANNED, _S.PREPARED, _S.HELD, _S.APPROVED, _S.CLAIMED, _S.FAILED}
        ),
        # It may be prepared again and stays held. Released from its hold it is prepared again
        # before all else: why it was held may have to do with what lies there.
        _S.HELD: frozenset({_S.HELD, _S.PLANNED}),
        # Prepared again with other bytes it is not approved any more: nobody has read them.
        _S.APPROVED: frozenset({_S.PLANNED, _S.HELD, _S.PREPARED, _S.CLAIMED, _S.FAILED}),
        # The claim is released only where the mail service proved that it did not accept.
        # Its events may overtake our own record, so they settle a claim as well.
        _S.CLAIMED: frozenset(
            {
                _S.PREPARED,
                _S.APPROVED,
                _S.ACCEPTED,
                _S.UNKNOWN,
                _S.FAILED,
                _S.DELIVERED,
                _S.BOUNCED,
                _S.COMPLAINED,
                _S.REJECTED,
            }
        ),
        _S.UNKNOWN: frozenset(
            {_S.ACCEPTED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED, _S.REJECTED, _S.FAILED}
        ),
        _S.ACCEPTED: frozenset({_S.DELIVERED, _S.BOUNCED, _S.COMPLAINED, _S.REJECTED}),
        # A mail server may take a message and bounce it a day later; a reader may complain. What a
        # person took for delivered may turn out never to have left the mail service.
        _S.DELIVERED: frozenset({_S.BOUNCED, _S.COMPLAINED, _S.REJECTED}),
        # A bounce is never taken back: somebody did not get the letter. That this was dealt with
        # otherwise, a person may note; so of what was rejected or failed.
        _S.BOUNCED: frozenset({_S.BOUNCED}),
        # Who complains has got the letter: a delivery that is told later says nothing new, and a
        # person who has spoken to them leaves it a complaint. A bounce stands against it.
        _S.COMPLAINED: frozenset({_S.BOUNCED, _S.COMPLAINED}),
        _S.REJECTED: frozenset({_S.REJECTED}),
        _S.FAILED: frozenset({_S.PLANNED, _S.PREPARED, _S.HELD, _S.FAILED}),
    }
)

ENDS_WITHIN: Final = timedelta(hours=72)
"""How long a letter may be on its way: within that time mail servers deliver it or give it up."""

ENDS_WITHIN_IN_WORDS: Final = f"{ENDS_WITHIN // timedelta(hours=1)} hours"

NOT_SENT: Final = frozenset({_S.PLANNED, _S.PREPARED, _S.HELD, _S.APPROVED, _S.FAILED})
"""States of a letter that was not sent, as far as we know."""

PROVEN_SENT: Final = frozenset({_S.ACCEPTED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED, _S.REJECTED})
"""States that prove that the mail service accepted the letter.

Its events prove it against whatever we believed: a letter of `NOT_SENT` that was claimed before may
turn out to have been sent, where a person settled it wrongly or an answer was not true. That is the
one way beside `MAY_BECOME`.
"""

NOT_ARRIVED: Final = frozenset({_S.BOUNCED, _S.REJECTED, _S.FAILED})
"""States of a letter that is known not to have come to its addressee."""


def may_become(now: LetterState, then: LetterState) -> bool:
    """Whether a letter in one state may go to another."""
    return then in MAY_BECOME[now]


def states_before(then: LetterState) -> frozenset[LetterState]:
    """Return every state from which a letter may go to the given one."""
    return frozenset(now for now, next_ in MAY_BECOME.items() if then in next_)
