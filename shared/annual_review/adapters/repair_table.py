"""Repairs in the table: a tally is changed together with the record of its change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from annual_review.adapters.aws_errors import port_errors
from annual_review.adapters.case_items import CASE, case_state, tally_item_key
from annual_review.adapters.case_table import DynamoDBCaseStore
from annual_review.adapters.table import Item, Key, Value, key_of, key_values, number, text
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import MEASURES, Measure, Tally, TallyKey
from annual_review.services.repair_year import Repair

_YEAR: Final = "YEAR#"
_REPAIR: Final = "REPAIR#"


@dataclass(frozen=True, slots=True)
class DynamoDBRepairStore(DynamoDBCaseStore):
    """Implements `RepairStore`; for operators, not functions."""

    def every_case(self) -> Iterator[CaseState]:
        """Go through the state of every case there is, of all years, also those withdrawn.

        Each is found as it was when the reading began, or later.

        Raises:
            PortError: They could not be read; also raised on the way.
        """
        return map(case_state, self.table.scan("begins_with(pk, :case)", {":case": text(CASE)}))

    def repairs(self, year: ReportingYear) -> Sequence[Repair]:
        """Return the repairs of a year, by authority and number, read consistently.

        Raises:
            PortError: They could not be read.
        """
        found = self.table.query(
            "pk = :year AND begins_with(sk, :repair)",
            {":year": text(f"{_YEAR}{year}"), ":repair": text(_REPAIR)},
        )
        return [_repair(item) for item in found]

    def mend(self, repair: Repair) -> None:
        """Change a tally and keep the record of it, or neither.

        Raises:
            ConflictError: The tally is no longer what it was before, or has been repaired since.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        name = self.table.name
        record: dict[str, Any] = {
            "TableName": name,
            "Item": _repair_item(repair),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        actions: list[Any] = [
            {"Put": record},
            {"Update": {"TableName": name, **_mending(repair)}},
        ]
        with port_errors():
            self.table.client.transact_write_items(TransactItems=actions)


def _mending(repair: Repair) -> dict[str, Any]:
    """Set the measures that differ, on condition that every measure is still as it was seen.

    One that was never counted has no attribute; once it went back to nothing, it has a zero.
    """
    names = {measure: f"#m{place}" for place, measure in enumerate(_measures(repair))}
    seen = {f":s{name[2:]}": repair.before[measure] for measure, name in names.items()}
    written = {f":w{names[each][2:]}": repair.after[each] for each in repair.change}
    conditions = [
        f"{name} = :s{name[2:]}"
        if measure in repair.before
        else f"(attribute_not_exists({name}) OR {name} = :s{name[2:]})"
        for measure, name in names.items()
    ]
    changes = ", ".join(f"{names[each]} = :w{names[each][2:]}" for each in repair.change)
    return {
        "Key": key_values(tally_item_key(repair.key)),
        "UpdateExpression": f"SET {changes}",
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": {name: measure for measure, name in names.items()},
        "ExpressionAttributeValues": {
            placeholder: number(value) for placeholder, value in {**seen, **written}.items()
        },
    }


def _measures(repair: Repair) -> Sequence[Measure]:
    return sorted({*MEASURES, *repair.before, *repair.after})


def _repair_key(repair: Repair) -> Key:
    # Six digits keep the repairs of a tally in order.
    sort_key = f"{_REPAIR}{repair.key.authority}#{repair.number:06}"
    return f"{_YEAR}{repair.key.year}", sort_key


def _repair_item(repair: Repair) -> dict[str, Value]:
    return {
        **key_values(_repair_key(repair)),
        "at": text(repair.at.isoformat()),
        "by": text(repair.by),
        "reason": text(repair.reason),
        "before": _counts(repair.before),
        "after": _counts(repair.after),
    }


def _repair(item: Item) -> Repair:
    pk, sk = key_of(item)
    code, place = sk.removeprefix(_REPAIR).rsplit("#", 1)
    year = ReportingYear(int(pk.removeprefix(_YEAR)))
    return Repair(
        key=TallyKey(AuthorityCode(code), year),
        number=int(place),
        at=datetime.fromisoformat(item["at"]["S"]),
        by=item["by"]["S"],
        reason=item["reason"]["S"],
        before=_read_counts(item["before"]),
        after=_read_counts(item["after"]),
    )


def _counts(tally: Tally) -> Value:
    return {"M": {measure: number(count) for measure, count in tally.items()}}


def _read_counts(value: Value) -> Tally:
    return Tally({Measure(name): int(each["N"]) for name, each in value["M"].items()})
