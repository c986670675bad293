"""Cases and tallies as items of the table, there and back without loss.

A case item holds the whole state of its highest version, also of a withdrawn case, so that whatever
arrives later can be compared with it. While the state counts somewhere it also stands in the index,
under `authority_year`; a withdrawn one has no such attribute and leaves the index.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from annual_review.adapters.dynamodb.keys import (
    case_item_key,
    case_key_of,
    index_partition,
    tally_key_of,
    tally_of_index,
)
from annual_review.adapters.dynamodb.table import (
    Item,
    Value,
    key_values,
    number,
    read_texts,
    text,
    texts,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import (
    CaseState,
    Compliance,
    ComplianceOutcome,
    Decision,
    DecisionOutcome,
    Subject,
    Version,
    Withdrawal,
)
from annual_review.domain.tallies import Measure, StoredTally, TallyKey, counted

_DECISION: Final = "decision"
_WITHDRAWAL: Final = "withdrawal"
_COMPLIANCE: Final = "compliance"


def case_item(state: CaseState) -> dict[str, Value]:
    """Write a case state."""
    key = case_item_key(state.key)
    item = {
        **key_values(key),
        "version": number(state.version),
        "authority": text(state.authority),
        "recorded_at": text(state.recorded_at.isoformat()),
        **_particulars(state),
    }
    if counting := counted(state):
        item["authority_year"] = text(index_partition(counting[0]))
        item["sk_case"] = text(f"{state.reference}#{key[1]}")
    return item


def _particulars(state: CaseState) -> dict[str, Value]:
    match state:
        case Decision():
            return {
                "kind": text(_DECISION),
                "decided_on": text(state.decided_on.isoformat()),
                "outcome": text(state.outcome.value),
                "satisfactory_remedy": {"BOOL": state.satisfactory_remedy},
                "subject": text(state.subject.value),
                "service_improvements": texts(state.service_improvements),
                **(
                    {}
                    if state.public_report is None
                    else {"public_report": text(state.public_report)}
                ),
            }
        case Withdrawal():
            return {
                "kind": text(_WITHDRAWAL),
                "withdrawn_on": text(state.withdrawn_on.isoformat()),
                "reason": text(state.reason),
            }
        case Compliance():
            return {
                "kind": text(_COMPLIANCE),
                "recorded_on": text(state.recorded_on.isoformat()),
                "outcome": text(state.outcome.value),
            }


def case_state(item: Item) -> CaseState:
    """Read a case state back.

    Raises:
        ValueError: The item holds something else.
    """
    match item["kind"]["S"]:
        case "decision":
            return _decision(item)
        case "withdrawal":
            return _withdrawal(item)
        case "compliance":
            return _compliance(item)
        case kind:
            raise ValueError(f"a case item can't be of the kind {kind}")


def _decision(item: Item) -> Decision:
    return Decision(
        reference=case_key_of(item).reference,
        version=_version(item),
        authority=AuthorityCode(item["authority"]["S"]),
        decided_on=date.fromisoformat(item["decided_on"]["S"]),
        outcome=DecisionOutcome(item["outcome"]["S"]),
        satisfactory_remedy=item["satisfactory_remedy"]["BOOL"],
        subject=Subject(item["subject"]["S"]),
        recorded_at=_recorded_at(item),
        service_improvements=read_texts(item["service_improvements"]),
        public_report=item["public_report"]["S"] if "public_report" in item else None,
    )


def _withdrawal(item: Item) -> Withdrawal:
    return Withdrawal(
        reference=case_key_of(item).reference,
        version=_version(item),
        authority=AuthorityCode(item["authority"]["S"]),
        withdrawn_on=date.fromisoformat(item["withdrawn_on"]["S"]),
        reason=item["reason"]["S"],
        recorded_at=_recorded_at(item),
    )


def _compliance(item: Item) -> Compliance:
    return Compliance(
        reference=case_key_of(item).reference,
        version=_version(item),
        authority=AuthorityCode(item["authority"]["S"]),
        recorded_on=date.fromisoformat(item["recorded_on"]["S"]),
        outcome=ComplianceOutcome(item["outcome"]["S"]),
        recorded_at=_recorded_at(item),
    )


def _version(item: Item) -> Version:
    return Version(int(item["version"]["N"]))


def _recorded_at(item: Item) -> datetime:
    return datetime.fromisoformat(item["recorded_at"]["S"])


def counted_under(item: Item) -> TallyKey:
    """Return which tally an item is, or, being a case that counts, which one it counts in."""
    if "authority_year" not in item:
        return tally_key_of(item)
    return tally_of_index(item["authority_year"]["S"])


VERSION: Final = "version"
"""The attribute of a tally that counts its writes; no measure is called so."""


def tally(item: Item) -> StoredTally:
    """Read a tally: beside keys and version, an item holds one number for every measure counted."""
    counts = {
        Measure(name): int(value["N"])
        for name, value in item.items()
        if name not in {"pk", "sk", VERSION}
    }
    return StoredTally(counts, int(item[VERSION]["N"]) if VERSION in item else 0)
