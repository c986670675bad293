"""Repairs in the table: a tally is changed together with the record of its change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from typing_extensions import override

from annual_review.adapters.dynamodb.case_items import case_state
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.codec import attributes, item_reader
from annual_review.adapters.dynamodb.keys import (
    CASE,
    REPAIR,
    repair_key,
    repair_key_of,
    tally_item_key,
    year_partition,
)
from annual_review.adapters.dynamodb.table import (
    Item,
    Value,
    if_still,
    key_values,
    number,
    text,
)
from annual_review.domain.cases import CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Measure, StoredTally, Tally
from annual_review.services.figures.repair_year import Repair, RepairStore


@dataclass(frozen=True, slots=True)
class DynamoDBRepairStore(DynamoDBCaseStore, RepairStore):
    """For operators, not functions."""

    @override
    def every_case(self) -> Iterator[CaseState]:
        return map(case_state, self.table.scan("begins_with(pk, :case)", {":case": text(CASE)}))

    @override
    def repairs(self, year: ReportingYear) -> Sequence[Repair]:
        found = self.table.query(
            "pk = :year AND begins_with(sk, :repair)",
            {":year": text(year_partition(year)), ":repair": text(REPAIR)},
        )
        return [repair_of(item) for item in found]

    @override
    def repair(self, repair: Repair) -> None:
        record = {
            "TableName": self.table.name,
            "Item": repair_item(repair),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        update = {"TableName": self.table.name, **_repairing(repair)}
        self.table.write([{"Put": record}, {"Update": update}])


def _repairing(repair: Repair) -> dict[str, Any]:
    """Set the measures that differ, on condition that the tally has the version that was seen."""
    names = {measure: f"#m{place}" for place, measure in enumerate(sorted(repair.change))}
    written = {f":w{name[2:]}": number(repair.after[measure]) for measure, name in names.items()}
    changes = ", ".join(f"{name} = :w{name[2:]}" for name in names.values())
    condition = if_still(repair.before.version)
    return {
        "Key": key_values(tally_item_key(repair.key)),
        "UpdateExpression": f"SET {changes} ADD #version :one",
        "ConditionExpression": condition["ConditionExpression"],
        "ExpressionAttributeNames": {
            **condition["ExpressionAttributeNames"],
            **{name: measure for measure, name in names.items()},
        },
        "ExpressionAttributeValues": {
            **condition.get("ExpressionAttributeValues", {}),
            **written,
            ":one": number(1),
        },
    }


def repair_item(repair: Repair) -> dict[str, Value]:
    """Write the record of a repair."""
    return {
        **key_values(repair_key(repair.key, repair.number)),
        **attributes(repair, "key", "number"),
        "before_version": number(repair.before.version),
    }


@item_reader
def repair_of(item: Item) -> Repair:
    """Read the record of a repair back."""
    key, place = repair_key_of(item)
    return Repair(
        key=key,
        number=place,
        at=datetime.fromisoformat(item["at"]["S"]),
        by=item["by"]["S"],
        reason=item["reason"]["S"],
        before=StoredTally(_read_counts(item["before"]), int(item["before_version"]["N"])),
        after=Tally(_read_counts(item["after"])),
    )


def _read_counts(value: Value) -> dict[Measure, int]:
    return {Measure(name): int(each["N"]) for name, each in value["M"].items()}
