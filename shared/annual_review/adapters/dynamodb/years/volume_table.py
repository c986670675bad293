"""Accepted volumes in the table: one item a year, and every acceptance one conditional write."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import volume_key
from annual_review.adapters.dynamodb.table import (
    Item,
    Table,
    Value,
    if_still,
    key_values,
    number,
    text,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.closing.year_volume import (
    VolumeAcceptance,
    VolumeRecord,
    VolumeStore,
)


@dataclass(frozen=True, slots=True)
class DynamoDBVolumeStore(VolumeStore):
    """The number of acceptances is the version of a record.

    When an answer is lost and botocore asks again, the second try finds the acceptance kept and
    says `False`: the caller reads again.
    """

    table: Table

    @override
    def get(self, year: ReportingYear) -> VolumeRecord:
        pk, sk = volume_key(year)
        found = self.table.query(
            "pk = :year AND sk = :volume", {":year": text(pk), ":volume": text(sk)}
        )
        return VolumeRecord(year, tuple(each for item in found for each in volume_of_item(item)))

    @override
    def add(self, record: VolumeRecord, acceptance: VolumeAcceptance) -> bool:
        item = volume_item(VolumeRecord(record.year, (*record.history, acceptance)))
        return self.table.put_if(if_still(len(record.history)), item)


def volume_item(record: VolumeRecord) -> dict[str, Value]:
    """Write the record of a year of which a volume was accepted."""
    return {
        **key_values(volume_key(record.year)),
        "version": number(len(record.history)),
        **attributes(record, "year"),
    }


@item_reader
def volume_of_item(item: Item) -> tuple[VolumeAcceptance, ...]:
    """Read the acceptances of a year back."""
    return record_of(_Acceptances, item).history


@dataclass(frozen=True, slots=True)
class _Acceptances:
    history: tuple[VolumeAcceptance, ...]
