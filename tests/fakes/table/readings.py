"""Queries and scans: which items, in which order, and how many of them at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from annual_review.adapters.dynamodb.case_table import INDEX
from tests.fakes.table.actions import Request, check_parameters, read_expressions
from tests.fakes.table.errors import InvalidRequestError
from tests.fakes.table.grammar import Names, Text
from tests.fakes.table.key_conditions import key_condition
from tests.fakes.table.storage import (
    INDEX_PK,
    INDEX_SK,
    PK,
    SK,
    Index,
    Partitions,
    Sort,
    key_of_item,
)
from tests.fakes.table.values import Item, Value

_BOTH: Final = frozenset(
    {
        "TableName",
        "ExclusiveStartKey",
        "Limit",
        "ConsistentRead",
        "FilterExpression",
        "ProjectionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
    }
)
_SCAN: Final = _BOTH | {"Select"}
_QUERY: Final = _BOTH | {"KeyConditionExpression", "IndexName", "ScanIndexForward"}


def query(table: Partitions, index: Index, request: Request, page: int | None) -> dict[str, Any]:
    """Answer a Query.

    Raises:
        InvalidRequestError: AWS would refuse it.
    """
    check_parameters(request, _QUERY, required="KeyConditionExpression")
    items, schema = table, (PK, SK)
    if "IndexName" in request:
        _check_index(request)
        index.settle()
        items, schema = index.items, (INDEX_PK, INDEX_SK)
    keys = key_condition(request["KeyConditionExpression"])
    reading = _Reading(request, page, schema, keys.names, keys.values)
    wanted = keys.range(schema, reading.names, reading.values)
    sorts: list[Sort] = []
    for sort in items.sorts(wanted.pk, (wanted.begin,)):
        if wanted.matches(sort[0]):
            sorts.append(sort)
        elif sort[0] != wanted.begin:
            break
    if not (forward := request.get("ScanIndexForward", True)):
        sorts.reverse()
    if start := request.get("ExclusiveStartKey"):
        begin = _sort_of(start, schema)
        sorts = [sort for sort in sorts if (sort > begin if forward else sort < begin)]
    return reading.answer(items.get(wanted.pk, sort) or {} for sort in sorts)


def scan(table: Partitions, request: Request, page: int | None) -> dict[str, Any]:
    """Answer a Scan of the table.

    Raises:
        InvalidRequestError: AWS would refuse it.
    """
    check_parameters(request, _SCAN, required="TableName")
    if "Select" in request and (
        request["Select"] != "SPECIFIC_ATTRIBUTES" or "ProjectionExpression" not in request
    ):
        raise InvalidRequestError("Select says what the projection does, and nothing else")
    begin = None
    if start := request.get("ExclusiveStartKey"):
        begin = start[PK]["S"], _sort_of(start, (PK, SK))
    reading = _Reading(request, page, (PK, SK))
    return reading.answer(table.all(begin))


def _check_index(request: Request) -> None:
    if request["IndexName"] != INDEX:
        raise InvalidRequestError(
            f"The table does not have the specified index: {request['IndexName']}"
        )
    if request.get("ConsistentRead"):
        raise InvalidRequestError("Consistent reads are not supported on global secondary indexes")


def _sort_of(start: Item, schema: tuple[str, str]) -> Sort:
    pk, sk = key_of_item(start)
    if schema == (PK, SK):
        return (sk,)
    return start[INDEX_SK]["S"], pk, sk


@dataclass(frozen=True, slots=True)
class _Projection:
    attributes: tuple[str, ...]
    names: frozenset[str]

    def of(self, item: Item, names: Names) -> dict[str, Value]:
        wanted = (names.get(name, name) for name in self.attributes)
        return {name: item[name] for name in wanted if name in item}


@lru_cache(maxsize=4096)
def _projection(text: str) -> _Projection:
    read = Text("ProjectionExpression", text)
    paths = [read.path()]
    while read.peek() == ",":
        read.take()
        paths.append(read.path())
    read.finish()
    if any(len(path) > 1 for path in paths):
        raise NotImplementedError("the fake table returns whole attributes only")
    return _Projection(tuple(str(path[0]) for path in paths), frozenset(read.names))


class _Reading:
    """Filter, projection and page of a request."""

    def __init__(
        self,
        request: Request,
        page: int | None,
        schema: tuple[str, str],
        names: Iterable[str] = (),
        values: Iterable[str] = (),
    ) -> None:
        text = request.get("ProjectionExpression")
        self._projection = None if text is None else _projection(text)
        used = {*names, *(self._projection.names if self._projection else ())}
        read = read_expressions(request, "FilterExpression", used, values)
        self._filter, self.names, self.values = read.condition, read.names, read.values
        sizes = [size for size in (page, request.get("Limit")) if size is not None]
        self._most = min(sizes, default=None)
        # An index gives the key of the item as well.
        self._last = dict.fromkeys((PK, SK, *schema))

    def answer(self, found: Iterable[Item]) -> dict[str, Any]:
        items: list[dict[str, Value]] = []
        seen = 0
        answer: dict[str, Any] = {"Items": items}
        for item in found:
            seen += 1
            if self._filter is None or self._filter.test(item, self.names, self.values):
                items.append(
                    self._projection.of(item, self.names) if self._projection else dict(item)
                )
            if seen == self._most:
                # AWS doesn't look whether anything follows: the last page may be empty.
                answer["LastEvaluatedKey"] = {name: item[name] for name in self._last}
                break
        return answer | {"Count": len(items), "ScannedCount": seen}
