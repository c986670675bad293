"""The sending of years in the table: one item a year, and every change one conditional write."""

from __future__ import annotations

from dataclasses import dataclass, replace

from typing_extensions import override

from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import sending_key, sending_year_of
from annual_review.adapters.dynamodb.table import Item, Table, Value, if_still, key_values
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.sending_stops import SendingRecord, SendingStore


@dataclass(frozen=True, slots=True)
class DynamoDBSendingStore(SendingStore):
    """The version of a record is that of its item.

    When an answer is lost and botocore asks again, the second try finds the version gone and says
    `False`: the caller reads again and finds its change there.
    """

    table: Table

    @override
    def get(self, year: ReportingYear) -> SendingRecord:
        item = self.table.get(sending_key(year))
        return SendingRecord(year) if item is None else sending_of(item)

    @override
    def put(self, record: SendingRecord) -> bool:
        kept = replace(record, version=record.version + 1)
        return self.table.put_if(if_still(record.version), sending_item(kept))


def sending_item(record: SendingRecord) -> dict[str, Value]:
    """Write the record of a year of which a letter was refused, or sending was stopped."""
    return {**key_values(sending_key(record.year)), **attributes(record, "year")}


@item_reader
def sending_of(item: Item) -> SendingRecord:
    """Read a record back."""
    return record_of(SendingRecord, item, year=sending_year_of(item))
