"""Batches of queue messages: each is done, set aside or handed back, whatever its neighbours do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from annual_review.adapters.invocation.observation import Invocation, Observer, seconds_left
from annual_review.adapters.waiting import patience
from annual_review.services.errors import MissingError, PortError
from annual_review.services.patience import Patience
from annual_review.services.recording.messages import (
    CONFIRMED,
    DeadLetters,
    Message,
    MessageId,
    RejectedEventError,
)

Work: TypeAlias = Callable[[Message], bool]
"""Works on one message; says whether it is done with it."""


def messages_of(event: Mapping[str, Any]) -> list[Message]:
    """Return the messages of an invocation by SQS."""
    return [
        Message(MessageId(each["messageId"]), each["body"], _confirmed(each))
        for each in event["Records"]
    ]


def _confirmed(record: Mapping[str, Any]) -> str | None:
    """Return the record of the person who confirmed a message, if it names one."""
    attribute = record.get("messageAttributes", {}).get(CONFIRMED, {})
    name = attribute.get("stringValue")
    return name if isinstance(name, str) and _RECORD.fullmatch(name) else None


_RECORD: Final = re.compile(r"confirmed/[a-z]+/[0-9A-Za-z-]{1,80}\.json")
"""What `confirmed_key` gives; anything else confirms nothing, and never gets into a log."""


def batch_response(handed_back: Iterable[MessageId]) -> dict[str, list[dict[str, str]]]:
    """Tell SQS which messages to deliver again; it deletes all others."""
    return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in handed_back]}


def lasting(context: Invocation, *, reserve: float) -> Patience:
    """Return the patience of an invocation, which ends `reserve` seconds before its time does."""
    return patience(lambda: seconds_left(context), reserve)


@dataclass(frozen=True, slots=True)
class MessageByMessage:
    """Works through a batch. `needs` is the time in seconds without which no message is begun."""

    observer: Observer
    dead_letters: DeadLetters
    needs: float

    def work(
        self, event: Mapping[str, Any], context: Invocation, work: Work
    ) -> dict[str, list[dict[str, str]]]:
        """Work on every message there is time for; return the rest, and what failed, to the queue.

        A message that can't be read, or asks for what isn't there, becomes a dead letter at once.
        """
        handed_back = [
            message.id
            for message in messages_of(event)
            if seconds_left(context) < self.needs or not self._is_done(message, work)
        ]
        self.observer.count({"handed_back": len(handed_back)})
        return batch_response(handed_back)

    def _is_done(self, message: Message, work: Work) -> bool:
        try:
            return work(message)
        except RejectedEventError as error:
            return self._set_aside(message, error.reason)
        except MissingError as error:
            return self._set_aside(message, f"missing: {error}")
        except Exception as error:  # noqa: BLE001 (a bug is logged; the queue tries the message again)
            self.observer.failure(error, message_id=message.id)
            return False

    def _set_aside(self, message: Message, reason: str) -> bool:
        try:
            self.dead_letters.put(message, reason)
        except PortError as error:
            self.observer.failure(error, message_id=message.id)
            return False
        self.observer.rejection(message.id, reason)
        self.observer.count({"rejected": 1})
        return True
