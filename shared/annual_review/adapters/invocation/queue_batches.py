"""Batches of queue messages: each is done, set aside or handed back, whatever its neighbours do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from annual_review.adapters.invocation.observation import Invocation, Observer
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
from annual_review.services.recording.record_decisions import BatchReport, RecordDecisions, Verdict

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


def seconds_left(context: Invocation) -> float:
    """Return how long the invocation may still run."""
    return context.get_remaining_time_in_millis() / 1000


def lasting(context: Invocation, *, reserve: float) -> Patience:
    """Return the patience of an invocation, which ends `reserve` seconds before its time does."""
    return patience(lambda: seconds_left(context), reserve)


def record_apart(
    service: RecordDecisions, batch: Sequence[Message], patience: Patience, observer: Observer
) -> BatchReport:
    """Record a batch; should our own code fail on it, its halves, down to single messages.

    So a message that uncovers a bug is handed back alone and its neighbours are recorded, at the
    price of a few more batches, even where thousands came together.
    """
    try:
        return service.record(batch, patience)
    except Exception as error:  # noqa: BLE001 (a bug is logged; the queue tries the message again)
        observer.failure(error, messages=len(batch), message_ids=[each.id for each in batch[:10]])
    report = BatchReport({message.id: Verdict.HANDED_BACK for message in batch})
    middle = len(batch) // 2
    for half in (batch[:middle], batch[middle:]) if middle else ():
        if patience.lasts():
            alone = record_apart(service, half, patience, observer)
            report.verdicts.update(alone.verdicts)
            report.reasons.update(alone.reasons)
            report.passed_over.update(alone.passed_over)
            report.confirmed.update(alone.confirmed)
            report.errors.update(alone.errors)
    return report


def tell(report: BatchReport, observer: Observer) -> None:
    """Log what a person may have to look at, and count what became of the messages."""
    counts = {verdict.value: report.count(verdict) for verdict in Verdict}
    for message_id, reason in report.reasons.items():
        observer.rejection(message_id, reason)
    for message_id, versions in report.passed_over.items():
        observer.warn("event_stale", message_id=message_id, versions=versions)
    for message_id, record in report.confirmed.items():
        observer.note("event_confirmed", message_id=message_id, record=record)
    observer.note("batch_recorded", **counts, errors=dict(report.errors))
    observer.count({**counts, "passed_over": len(report.passed_over)})


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
