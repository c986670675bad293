"""The sending of years in memory, under the same conditions as the table."""

from __future__ import annotations

from dataclasses import replace

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.sending_stops import SendingRecord


class InMemorySendingStore:
    """Implements `SendingStore`."""

    def __init__(self) -> None:
        self._records: dict[ReportingYear, SendingRecord] = {}

    def get(self, year: ReportingYear) -> SendingRecord:
        """Return the record of a year; an empty one if there is none."""
        return self._records.get(year, SendingRecord(year))

    def put(self, record: SendingRecord) -> bool:
        """Keep a record in place of the one that it was made from; `False` if that is gone."""
        if self.get(record.year).version != record.version:
            return False
        self._records[record.year] = replace(record, version=record.version + 1)
        return True
