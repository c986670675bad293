"""Reading the journal of a year from a deployed system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.at_once import in_threads
from annual_review.services.year_end.journal import JournalEntry, YearRecords, journal_of
from annual_review.wiring.system import System

_THREADS: Final = 10


def read_journal(system: System, year: ReportingYear) -> Sequence[JournalEntry]:
    """Read what happened in a year, newest first.

    Raises:
        PortError: Something could not be read.
    """
    reads: dict[str, Callable[[], Any]] = {
        "phases": lambda: system.phases.get(year),
        "closes": lambda: system.closes.of_year(year),
        "volumes": lambda: system.volumes.get(year),
        "repairs": lambda: DynamoDBRepairStore(system.stack.table).repairs(year),
        "letters": lambda: system.letters.of_year(year),
        "paragraphs": lambda: system.paragraphs.of_year(year),
        "notes": lambda: system.paragraphs.notes_of_year(year),
        "sending": lambda: system.sending_stops().record(year),
        "challenges": lambda: system.challenges.of_year(year),
        "publications": system.history.get,
    }
    found = in_threads(_THREADS)(lambda name: reads[name](), reads)
    return journal_of(YearRecords(year, **dict(zip(reads, found, strict=True))))
