"""Accepted volumes in memory, under the same conditions as the table."""

from __future__ import annotations

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.closing.year_volume import (
    VolumeAcceptance,
    VolumeRecord,
    VolumeStore,
)


class InMemoryVolumeStore(VolumeStore):
    """Under the same conditions as the table."""

    def __init__(self) -> None:
        self._records: dict[ReportingYear, VolumeRecord] = {}

    def get(self, year: ReportingYear) -> VolumeRecord:
        return self._records.get(year, VolumeRecord(year))

    def add(self, record: VolumeRecord, acceptance: VolumeAcceptance) -> bool:
        if len(self.get(record.year).history) != len(record.history):
            return False
        kept = VolumeRecord(record.year, (*record.history, acceptance))
        self._records[record.year] = kept
        return True
