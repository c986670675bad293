"""The phases of the years in the table: one item a year, and every step one conditional write."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import ConditionFailedError, port_errors
from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import phase_key
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
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
from annual_review.services.documents import Documents
from annual_review.services.year_end.year_phases import (
    PhaseRecord,
    PhaseStep,
    PhaseStore,
    YearPhases,
)


@dataclass(frozen=True, slots=True)
class DynamoDBPhaseStore(PhaseStore):
    """The number of steps is the version of a record.

    When an answer is lost and botocore asks again, the second try finds the step taken and says
    `False`: the caller reads again and goes on from there.
    """

    table: Table

    @override
    def get(self, year: ReportingYear) -> PhaseRecord:
        pk, sk = phase_key(year)
        found = self.table.query(
            "pk = :year AND sk = :phase", {":year": text(pk), ":phase": text(sk)}
        )
        return PhaseRecord(year, tuple(step for item in found for step in phase_of(item)))

    @override
    def add(self, record: PhaseRecord, step: PhaseStep) -> bool:
        item = phase_item(PhaseRecord(record.year, (*record.history, step)))
        request = if_still(len(record.history))
        try:
            with port_errors():
                self.table.client.put_item(TableName=self.table.name, Item=item, **request)
        except ConditionFailedError:
            return False
        return True


def year_phases(table: Table, documents: Documents) -> YearPhases:
    """Return the phases of the years over the table and the bucket."""
    closes, letters = DynamoDBCloseStore(table), DynamoDBLetterStore(table)
    return YearPhases(DynamoDBPhaseStore(table), closes, letters, documents)


def phase_item(record: PhaseRecord) -> dict[str, Value]:
    """Write the record of a year that has come to a phase."""
    return {
        **key_values(phase_key(record.year)),
        "phase": text(record.history[-1].phase.value),
        "version": number(len(record.history)),
        **attributes(record, "year"),
    }


@item_reader
def phase_of(item: Item) -> tuple[PhaseStep, ...]:
    """Read the steps of a year back."""
    return record_of(_Steps, item).history


@dataclass(frozen=True, slots=True)
class _Steps:
    history: tuple[PhaseStep, ...]
