"""What a decision and a closing cost when there are ever more decisions, all in memory.

In memory nothing waits for a network, so what is left is our own work: if it grew with what is
stored, it would show here first.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.console import Step
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseReference, CaseState
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.rehearsal.recording import ENDLESS, Recorded
from annual_review.rehearsal.rehearsal import Rehearsal
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.recording.messages import Message, MessageId
from annual_review.services.recording.record_decisions import RecordDecisions
from infrastructure.bench.workload import YEAR, batches, distinct_states, message_body, register

_BATCH: Final = 100
_BATCHES_MEASURED: Final = 40
_PORTION: Final = 1000


@dataclass(frozen=True, slots=True)
class Grown:
    """What it cost with so many decisions stored."""

    times: int
    stored: int
    microseconds_a_decision: float
    actions_a_decision: float
    closing_seconds: float

    @property
    def closing_microseconds_a_decision(self) -> float:
        """Closing, shared out among the decisions it reads."""
        return self.closing_seconds * 1e6 / self.stored


class CountingCaseStore(InMemoryCaseStore):
    """Counts the actions that its transactions would take in DynamoDB."""

    actions = 0

    def commit(self, change: CaseChange) -> None:
        """Write a change.

        Raises:
            ConflictError: A stored state is not the one that was seen.
        """
        super().commit(change)
        self.actions += change.actions


def grow(times: int, progress: Step) -> Grown:
    """Fill a store with so many sample years, record more on top of it, then close the year."""
    cases = CountingCaseStore()
    total = times * len(distinct_states())
    stored = 0
    # What is filled in stays to the end: the collector would only look through it, over and over.
    gc.disable()
    try:
        for copy in range(times):
            for some in batches(_copy(copy), _PORTION):
                cases.commit(CaseChange(tuple(CaseWrite(state, None) for state in some)))
                stored += len(some)
                progress(stored, total)
        cases.actions = 0
        timed = [_record(cases, batch) for batch in _more(times)]
        recorded = _BATCH * len(timed)
        actions = cases.actions / recorded
        closing = _close(cases)
    finally:
        gc.enable()
        gc.collect()
    return Grown(times, stored + recorded, median(timed) * 1e6 / _BATCH, actions, closing)


def _copy(number: int) -> Sequence[CaseState]:
    """Return the sample year's cases once more, under references of their own."""
    return [
        replace(state, reference=CaseReference(f"{state.reference}-{number}"))
        for state in distinct_states()
    ]


def _more(number: int) -> Iterator[Sequence[CaseState]]:
    return batches(_copy(number)[: _BATCH * _BATCHES_MEASURED], _BATCH)


def _record(cases: InMemoryCaseStore, batch: Sequence[CaseState]) -> float:
    """Record a batch, and return the seconds of the processor that it took."""
    recorded = Recorded()
    directory = InMemoryDirectory(register())
    service = RecordDecisions(cases, directory, recorded.dead_letters, parse_event)
    messages = [Message(MessageId(str(n)), message_body(each)) for n, each in enumerate(batch)]
    begun = time.process_time()
    service.record(messages, ENDLESS)
    return time.process_time() - begun


def _close(cases: InMemoryCaseStore) -> float:
    """Examine the year and freeze its figures; return the seconds of the processor it took."""
    directory = InMemoryDirectory(register(), {code: _recipient(code) for code in register()})
    edition = edition_for(SHIPPED_EDITIONS, YEAR)
    rehearsal = Rehearsal.of(edition, directory, Recorded(cases))
    begun = time.process_time()
    rehearsal.close(YEAR)
    return time.process_time() - begun


def _recipient(code: AuthorityCode) -> Recipient:
    return Recipient(
        authority=code,
        addressee="The Chief Executive",
        job_title="Chief Executive",
        salutation="Chief Executive",
        email=EmailAddress(f"chief.executive@{code.lower()}.example"),
        copies=(),
    )
