"""What DynamoDB charges for, by the rules that its Developer Guide documents; no AWS is asked.

Local AWS reports no consumed capacity, or an approximate one, so the benchmarks keep their own
account. Each rule names its page; the tests repeat the examples that those pages work out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

Item: TypeAlias = Mapping[str, Any]
"""Attributes by name, in DynamoDB's notation."""

WRITE_UNIT_BYTES: Final = 1024

_NUMBER_OVERHEAD: Final = 1
_DIGITS_PER_BYTE: Final = 2
_COLLECTION_OVERHEAD: Final = 3
_ELEMENT_OVERHEAD: Final = 1
_TRANSACTIONAL: Final = 2


def item_size(item: Item) -> int:
    """Return the bytes of an item: names and values ("DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            elements = sum(_value_size(each) + _ELEMENT_OVERHEAD for each in content)
            return _COLLECTION_OVERHEAD + elements
        case "M":
            return _COLLECTION_OVERHEAD + item_size(content) + _ELEMENT_OVERHEAD * len(content)
        case _:
            raise ValueError(f"values of the type {kind} are not used here")


def _number_size(written: str) -> int:
    """Count one byte for every two significant digits, rounded up, and one more."""
    digits = "".join(map(str, Decimal(written).as_tuple().digits)).strip("0")
    return -(-len(digits) // _DIGITS_PER_BYTE) + _NUMBER_OVERHEAD


def write_units(*sizes: int, transactional: bool = False) -> int:
    """Return the units of one write; of several sizes, before and after, the largest counts.

    One unit for each KB begun ("DynamoDB read and write operations"); twice that within a
    transaction, which is prepared and then committed ("Amazon DynamoDB Transactions: How it works",
    section "Capacity management for transactions").
    """
    units = max(1, -(-max(sizes, default=0) // WRITE_UNIT_BYTES))
    return units * _TRANSACTIONAL if transactional else units


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index that projects every attribute, over one or two key attributes."""

    keys: tuple[str, ...]

    def write_units(self, before: Item | None, after: Item | None) -> int:
        """Return the units that a write to the table costs the index.

        The five cases of "Using Global Secondary Indexes in DynamoDB", section "Provisioned
        throughput considerations for Global Secondary Indexes": an item that enters it is one put,
        one that leaves it one deletion, one whose key changes both, one that otherwise changes one
        put, and one that was and is not in it costs nothing. Indexes are maintained after a
        transaction, not within it, so they don't cost double.
        """
        held, holds = self._holds(before), self._holds(after)
        if held is None and holds is None:
            return 0
        if held is None or holds is None:
            return write_units(item_size(held or holds or {}))
        if [held[key] for key in self.keys] != [holds[key] for key in self.keys]:
            return write_units(item_size(held)) + write_units(item_size(holds))
        return write_units(item_size(held), item_size(holds)) if held != holds else 0

    def _holds(self, item: Item | None) -> Item | None:
        return item if item is not None and all(key in item for key in self.keys) else None


@dataclass(slots=True)
class Account:
    """Running totals. `index_units` are the write units of indexes; the table's are apart."""

    calls: int = 0
    table_units: int = 0
    index_units: int = 0

    @property
    def write_units(self) -> int:
        """All write units, those of indexes included."""
        return self.table_units + self.index_units

    def charge_write(
        self,
        before: Item | None,
        after: Item | None,
        *,
        indexes: Iterable[Index] = (),
        transactional: bool = False,
    ) -> None:
        """Charge for a write that took place."""
        sizes = [item_size(item) for item in (before, after) if item is not None]
        self.table_units += write_units(*sizes, transactional=transactional)
        self.index_units += sum(index.write_units(before, after) for index in indexes)

    def charge_refusal(
        self, before: Item | None, after: Item | None, *, transactional: bool = False
    ) -> None:
        """Charge for a write whose condition failed.

        It is charged as if it had taken place ("Working with items and attributes", section
        "Conditional writes"), but for the indexes, which it never reaches.
        """
        self.charge_write(before, after, transactional=transactional)
