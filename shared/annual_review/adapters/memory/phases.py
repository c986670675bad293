"""The phases of the years in memory, under the same conditions as the table."""

from __future__ import annotations

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.year_phases import PhaseRecord, PhaseStep, PhaseStore


class InMemoryPhaseStore(PhaseStore):
    """Under the same conditions as the table."""

    def __init__(self) -> None:
        self._records: dict[ReportingYear, PhaseRecord] = {}

    def get(self, year: ReportingYear) -> PhaseRecord:
        return self._records.get(year, PhaseRecord(year))

    def add(self, record: PhaseRecord, step: PhaseStep) -> bool:
        if len(self.get(record.year).history) != len(record.history):
            return False
        self._records[record.year] = PhaseRecord(record.year, (*record.history, step))
        return True
