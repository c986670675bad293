"""Cases and tallies as items of the table, there and back without loss.

A case item holds the whole state of its highest version, also of a withdrawn case, so that whatever
arrives later can be compared with it. While the state counts somewhere it also stands in the index,
under `authority_year`; a withdrawn one has no such attribute and leaves the index.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import (
    case_item_key,
    case_key_of,
    index_partition,
    tally_key_of,
    tally_of_index,
)
from annual_review.adapters.dynamodb.table import Item, Value, key_values, number, text
from annual_review.domain.cases import CaseState, Compliance, Decision, Withdrawal
from annual_review.domain.tallies import Measure, StoredTally, TallyKey, counted

_KINDS: Final[Mapping[type[CaseState], str]] = {
    Decision: "decision",
    Withdrawal: "withdrawal",
    Compliance: "compliance",
}


def case_item(state: CaseState) -> dict[str, Value]:
    """Write a case state."""
    key = case_item_key(state.key)
    unused = [name for name in ("previous_authorities", "resets") if not getattr(state, name)]
    item = {
        **key_values(key),
        "kind": text(_KINDS[type(state)]),
        **attributes(state, "reference", *unused),
    }
    if state.resets:
        item[RESET] = number(len(state.resets))
    if counting := counted(state):
        item["authority_year"] = text(index_partition(counting[0]))
        item["sk_case"] = text(f"{state.reference}#{key[1]}")
    return item


RESET: Final = "reset"
"""The attribute of a case that counts its resets; one that was never reset has none."""


@item_reader
def case_state(item: Item) -> CaseState:
    """Read a case state back."""
    [kind] = [kind for kind, name in _KINDS.items() if name == item["kind"]["S"]]
    return record_of(kind, item, reference=case_key_of(item).reference)


@item_reader
def counted_under(item: Item) -> TallyKey:
    """Return which tally an item is, or, being a case that counts, which one it counts in."""
    if "authority_year" not in item:
        return tally_key_of(item)
    return tally_of_index(item["authority_year"]["S"])


VERSION: Final = "version"
"""The attribute of a tally that counts its writes; no measure is called so."""


@item_reader
def tally(item: Item) -> StoredTally:
    """Read a tally: beside keys and version, an item holds one number for every measure counted."""
    counts = {
        Measure(name): int(value["N"])
        for name, value in item.items()
        if name not in {"pk", "sk", VERSION}
    }
    return StoredTally(counts, int(item[VERSION]["N"]) if VERSION in item else 0)
