"""Batches of decisions: each is recorded together, or apart where our own code fails on it."""

from __future__ import annotations

from collections.abc import Sequence

from annual_review.adapters.invocation.observation import Observer
from annual_review.services.patience import Patience
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import BatchReport, RecordDecisions, Verdict


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
