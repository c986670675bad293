"""The sending of years in memory, under the same conditions as the table."""

from __future__ import annotations

from dataclasses import replace

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.sending_stops import SendingRecord, SendingStore


class InMemorySendingStore(SendingStore):
    """Under the same conditions as the table."""

    def __init__(self) -> None:
        self._records: dict[ReportingYear, SendingRecord] = {}

    def get(self, year: ReportingYear) -> SendingRecord:
        return self._records.get(year, SendingRecord(year))

    def put(self, record: SendingRecord) -> bool:
        if self.get(record.year).version != record.version:
            return False
        self._records[record.year] = replace(record, version=record.version + 1)
        return True
