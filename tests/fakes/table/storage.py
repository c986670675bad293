"""Where the items are: in partitions, in the order of their sort keys, and in the index."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from annual_review.adapters.dynamodb.case_table import INDEX
from tests.fakes.table.errors import InvalidRequestError
from tests.fakes.table.values import Item, Value

PK: Final = "pk"
SK: Final = "sk"
INDEX_PK: Final = "authority_year"
INDEX_SK: Final = "sk_case"

Key: TypeAlias = tuple[str, str]
Sort: TypeAlias = tuple[str, ...]
"""The sort key; in the index the key of the item as well, for there it need not be the only one."""

Lag: TypeAlias = Callable[[Key], bool]
"""Whether the index keeps a change of this item back; asked at every query of the index."""


class Partitions:
    """Items by partition and sort key. An item that is stored is replaced and never changed."""

    def __init__(self) -> None:
        self._items: dict[str, dict[Sort, Item]] = {}
        self._sorts: dict[str, list[Sort]] = {}
        self._order: list[tuple[str, str]] = []

    def get(self, pk: str, sort: Sort) -> Item | None:
        """Return an item, or `None`."""
        partition = self._items.get(pk)
        return None if partition is None else partition.get(sort)

    def put(self, pk: str, sort: Sort, item: Item) -> None:
        """Keep an item in place of the one that is there."""
        partition = self._items.get(pk)
        if partition is None:
            partition = self._items[pk] = {}
            self._sorts[pk] = []
            insort(self._order, (_hash(pk), pk))
        if sort not in partition:
            insort(self._sorts[pk], sort)
        partition[sort] = item

    def remove(self, pk: str, sort: Sort) -> None:
        """Remove an item, if it is there."""
        if self._items.get(pk, {}).pop(sort, None) is not None:
            sorts = self._sorts[pk]
            del sorts[bisect_left(sorts, sort)]

    def sorts(self, pk: str, begin: Sort = ()) -> Iterator[Sort]:
        """Go through the sort keys of a partition, from one of them on."""
        sorts = self._sorts.get(pk, [])
        return (sorts[place] for place in range(bisect_left(sorts, begin), len(sorts)))

    def all(self, begin: tuple[str, Sort] | None = None) -> Iterator[Item]:
        """Go through all items after one of them: partitions come in the order of their hashes."""
        after_pk, after = begin or ("", ())
        first = bisect_left(self._order, (_hash(after_pk), after_pk)) if begin else 0
        for _, pk in self._order[first:]:
            items = self._items[pk]
            for sort in self.sorts(pk, after if pk == after_pk else ()):
                if (pk, sort) != begin:
                    yield items[sort]


@lru_cache(maxsize=4096)
def _hash(pk: str) -> str:
    return hashlib.sha256(pk.encode()).hexdigest()


@dataclass
class Index:
    """The items that have both keys of the index, as it shows them at the moment.

    It shows the changes of one item in their order; of two items, either may be shown first.
    """

    lag: Lag | None = None
    items: Partitions = field(default_factory=Partitions)
    _places: dict[Key, tuple[str, Sort]] = field(default_factory=dict)
    _waiting: list[tuple[Key, Item | None]] = field(default_factory=list)

    def change(self, key: Key, item: Item | None) -> None:
        """Take note of what became of an item."""
        if self.lag is None:
            self._show(key, item)
        else:
            self._waiting.append((key, item))

    def settle(self) -> None:
        """Show what is not to be kept back any longer."""
        waiting, self._waiting = self._waiting, []
        late: set[Key] = set()
        for key, item in waiting:
            if key in late or (self.lag is not None and self.lag(key)):
                late.add(key)
                self._waiting.append((key, item))
            else:
                self._show(key, item)

    def catch_up(self) -> None:
        """Show everything."""
        waiting, self._waiting = self._waiting, []
        for key, item in waiting:
            self._show(key, item)

    def _show(self, key: Key, item: Item | None) -> None:
        if (place := self._places.pop(key, None)) is not None:
            self.items.remove(*place)
        if item is not None and INDEX_PK in item and INDEX_SK in item:
            place = item[INDEX_PK]["S"], (item[INDEX_SK]["S"], *key)
            self.items.put(*place, item)
            self._places[key] = place


def key_of_request(attributes: Mapping[str, Value]) -> Key:
    """Read a key that was sent: both its attributes and nothing else.

    Raises:
        InvalidRequestError: It is something else.
    """
    if len(attributes) != len((PK, SK)):
        raise InvalidRequestError("The provided key element does not match the schema")
    return key_of_item(attributes)


def key_of_item(attributes: Mapping[str, Value]) -> Key:
    """Read the key of an item.

    Raises:
        InvalidRequestError: It can't be a key.
    """
    try:
        key = attributes[PK]["S"], attributes[SK]["S"]
    except KeyError:
        raise InvalidRequestError("The provided key element does not match the schema") from None
    if "" in key:
        raise InvalidRequestError(
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value."
        )
    return key


def check_index_keys(item: Mapping[str, Value]) -> None:
    """Refuse an item whose attributes can't be keys of the index.

    Raises:
        InvalidRequestError: They are no texts, or empty.
    """
    for name in (INDEX_PK, INDEX_SK):
        if name in item and not item[name].get("S"):
            raise InvalidRequestError(
                "One or more parameter values were invalid: Type mismatch for Index Key "
                f"{name} Expected: S IndexName: {INDEX}"
            )
