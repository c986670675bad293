"""Recording a file of events in memory: the service of the deployed system, without the system."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annual_review.adapters.events import parse_event
from annual_review.adapters.files.event_files import read_events, write_rejected
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.console import progress
from annual_review.services.patience import Patience
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import (
    AuthorityLookup,
    BatchReport,
    RecordDecisions,
    Verdict,
)

_BATCH = 500

ENDLESS = Patience(
    seconds_left=lambda: float("inf"), wait=lambda _seconds: None, fraction=lambda: 0.0
)
"""Nothing in memory is ever busy, so nobody waits."""


@dataclass(slots=True)
class Recorded:
    """What a file of events came to."""

    cases: InMemoryCaseStore = field(default_factory=InMemoryCaseStore)
    dead_letters: InMemoryDeadLetters = field(default_factory=InMemoryDeadLetters)
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """How many lines held something."""
        return self.verdicts.total()


def record_file(events: Path, directory: InMemoryDirectory, rejected: Path) -> Recorded:
    """Record a file of events, and write what could not be taken to `rejected`."""
    recorded = Recorded()
    with progress("Recording decisions") as step:
        for _ in record_messages(read_events(events), directory, recorded):
            step(recorded.events, recorded.events)
    write_rejected(rejected, recorded.dead_letters.rejected)
    return recorded


def record_messages(
    messages: Iterable[Message], authorities: AuthorityLookup, recorded: Recorded
) -> Iterator[BatchReport]:
    """Record messages, and tell after every batch what became of it."""
    service = RecordDecisions(recorded.cases, authorities, recorded.dead_letters, parse_event)
    for batch in _batches(messages):
        report = service.record(batch, ENDLESS)
        recorded.verdicts.update(report.verdicts.values())
        yield report


def _batches(messages: Iterable[Message]) -> Iterable[list[Message]]:
    iterator = iter(messages)
    while batch := list(itertools.islice(iterator, _BATCH)):
        yield batch
