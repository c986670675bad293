"""Accepted volumes in memory, under the same conditions as the table."""

from __future__ import annotations

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.year_volume import VolumeAcceptance, VolumeRecord


class InMemoryVolumeStore:
    """Implements `VolumeStore`."""

    def __init__(self) -> None:
        self._records: dict[ReportingYear, VolumeRecord] = {}

    def get(self, year: ReportingYear) -> VolumeRecord:
        """Return the record of a year; an empty one if there is none."""
        return self._records.get(year, VolumeRecord(year))

    def add(self, record: VolumeRecord, acceptance: VolumeAcceptance) -> bool:
        """Keep one more acceptance; `False` if another was kept since this record was read."""
        if len(self.get(record.year).history) != len(record.history):
            return False
        kept = VolumeRecord(record.year, (*record.history, acceptance))
        self._records[record.year] = kept
        return True
