"""The port to a dead-letter queue, and what can be read of the messages that lie there."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import FIRST_DISPATCH, Dispatch, LetterId
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.recording.messages import MessageId

NO_REASON: Final = "none"
"""The reason of a message that was tried too often: nobody rejected it."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of a dead-letter queue.

    Attributes:
        id: What the queue calls it, for as long as it lies there.
        body: What the queue holds: the message, or where in the bucket the message is kept.
        reason: Why it was rejected, `code: where`, or `NO_REASON`.
        since: When it was set aside; one that was tried too often, when it first came.
        size: How many bytes the whole message has.
        receipt: What the queue wants to be shown when the message is deleted.
        function: Which function was to be run, where the queue says it of a failed run.
    """

    id: MessageId
    body: str
    reason: str
    since: datetime
    size: int
    receipt: str
    function: str = ""

    @property
    def code(self) -> str:
        """The machine-readable part of the reason."""
        return self.reason.partition(":")[0]


class DeadLetterQueue(Protocol):
    """A dead-letter queue, with the queue that its messages come from."""

    def browse(self) -> Generator[DeadLetter, None, None]:
        """Go through the messages, each once; those that are not deleted stay.

        Raises:
            PortError: The queue could not be read to its end.
        """

    def count(self) -> int:
        """Return how many messages the queue holds, about."""

    def whole(self, letter: DeadLetter) -> str:
        """Return a message as it came, though it was too large for the queue.

        Raises:
            MissingError: It should lie in the bucket and does not.
        """

    def send_back(self, body: str, confirmed: str | None = None) -> None:
        """Put a message into the queue that dead letters come from.

        `confirmed` names the record of the person who confirmed it; it goes with the message.
        """

    def delete(self, letter: DeadLetter) -> None:
        """Delete a message from among the dead letters."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a message seems to be about, as far as it can be read; empty where it can't."""

    event_type: str = ""
    case_reference: str = ""
    authority: str = ""
    letter: str = ""
    scheduled_at: str = ""


def contents_of(body: str) -> Contents:
    """Read what can be read of a message that may be anything."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return Contents()
    event = _members(message)
    # A request for a letter has no envelope: its members are the message. What a function was
    # asked for when it failed, Lambda keeps in an envelope of its own.
    about = _members(event.get("detail")) or _members(event.get("requestPayload")) or event
    letter = _letter_of(about)
    return Contents(
        event_type=_text(event.get("detail-type")),
        case_reference=_text(about.get("case_reference")),
        authority=letter.authority if letter else _text(about.get("authority")),
        letter=letter.tag if letter else "",
        scheduled_at=_text(about.get("scheduled_at")),
    )


def _letter_of(about: Mapping[str, Any]) -> LetterId | None:
    """Return the letter that a request asks for, or that a report of SES is about."""
    try:
        match about:
            case {"mail": {"tags": {"letter": [str(tag), *_]}}}:
                return LetterId.from_tag(tag)
            case {"year": int(year), "revision": int(revision), "authority": str(authority)}:
                dispatch = int(about.get("dispatch", FIRST_DISPATCH))
                return LetterId(
                    ReportingYear(year),
                    Revision(revision),
                    AuthorityCode(authority),
                    Dispatch(dispatch),
                )
            case _:
                return None
    except (TypeError, ValueError):
        return None


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""
