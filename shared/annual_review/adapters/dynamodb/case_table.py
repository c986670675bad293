"""Cases and tallies in the table: read together, and changed together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.adapters.dynamodb.case_items import (
    RESET,
    VERSION,
    case_item,
    case_state,
    counted_under,
    tally,
)
from annual_review.adapters.dynamodb.keys import (
    TALLY,
    case_item_key,
    case_key_of,
    index_partition,
    tally_item_key,
    tally_key_of,
)
from annual_review.adapters.dynamodb.table import Table, key_of, key_values, number, text
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import StoredTally, Tally, TallyKey
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.recording.case_changes import MOST_ACTIONS, CaseChange, CaseWrite
from annual_review.services.recording.record_decisions import CaseStore

INDEX: Final = "cases-by-authority-and-year"


@dataclass(frozen=True, slots=True)
class DynamoDBCaseStore(CaseStore, YearCases):
    """The cases, their tallies and their index."""

    table: Table

    @override
    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        items = self.table.get_all(case_item_key(key) for key in keys)
        return {case_key_of(item): case_state(item) for item in items}

    @override
    def commit(self, change: CaseChange) -> None:
        # Nothing rests on a client token: it is forgotten after ten minutes, while a change that
        # comes a second time, however late, meets a version that moved on. (The token that botocore
        # adds makes its own repeats of one request succeed: a comfort.)
        actions: list[Any] = [self._put(write) for write in change.writes]
        actions += [self._add(key, counts) for key, counts in change.tallies.items()]
        if len(actions) > MOST_ACTIONS:
            raise ValueError(f"one transaction takes {MOST_ACTIONS} actions, not {len(actions)}")
        with port_errors():
            self.table.client.transact_write_items(TransactItems=actions)

    def _put(self, write: CaseWrite) -> dict[str, Any]:
        """Replace a case item, on condition that the version seen is the one that is there.

        Between two resets a version stands for the whole state it came with, so their count is all
        else that needs to be compared. A reset may bring a version back, and never a count.
        """
        put: dict[str, Any] = {"TableName": self.table.name, "Item": case_item(write.state)}
        if write.seen is None:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
            return {"Put": put}
        put["ExpressionAttributeNames"] = {"#version": "version", "#reset": RESET}
        put["ExpressionAttributeValues"] = {":seen": number(write.seen.version)}
        if resets := len(write.seen.resets):
            put["ConditionExpression"] = "#version = :seen AND #reset = :resets"
            put["ExpressionAttributeValues"][":resets"] = number(resets)
        else:
            put["ConditionExpression"] = "#version = :seen AND attribute_not_exists(#reset)"
        return {"Put": put}

    def _add(self, key: TallyKey, counts: Tally) -> dict[str, Any]:
        """Add to a tally without a condition: additions commute, whoever comes first.

        The version rises with every write, also where no count changes: whoever collects the counts
        of a moment sees by it that the cases are others now.
        """
        added = {**{str(measure): counts[measure] for measure in sorted(counts)}, VERSION: 1}
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": key_values(tally_item_key(key)),
                "UpdateExpression": "ADD "
                + ", ".join(f"#m{place} :m{place}" for place in range(len(added))),
                "ExpressionAttributeNames": {
                    f"#m{place}": name for place, name in enumerate(added)
                },
                "ExpressionAttributeValues": {
                    f":m{place}": number(value) for place, value in enumerate(added.values())
                },
            }
        }

    @override
    def of_tally(self, key: TallyKey) -> Iterator[CaseState]:
        # The index, which lags, says which cases to look at; they are then read consistently.
        found = self.table.query(
            "authority_year = :partition", {":partition": text(index_partition(key))}, index=INDEX
        )
        for item in self.table.get_all(map(key_of, found)):
            if item.get("authority_year") == text(index_partition(key)):
                yield case_state(item)

    @override
    def counted_in(self, year: ReportingYear) -> Collection[AuthorityCode]:
        # No key or index leads to an authority that nobody knows of.
        found = self.table.scan(
            "sk = :tally OR contains(authority_year, :year)",
            {":tally": text(f"{TALLY}{year}"), ":year": text(f"#{year}")},
            attributes=("pk", "sk", "authority_year"),
        )
        return {counted_under(item).authority for item in found}

    @override
    def tallies(self, keys: Collection[TallyKey]) -> Mapping[TallyKey, StoredTally]:
        items = self.table.get_all(tally_item_key(key) for key in keys)
        return {tally_key_of(item): tally(item) for item in items}
