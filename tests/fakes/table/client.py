"""The client of the fake table, in the form of boto3's, with a transport that may do anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, TypeAlias

from tests.fakes.table.errors import InvalidRequestError, invalid
from tests.fakes.table.table import Answer, FakeTable, nobody_else
from tests.integration.faults import Call, as_it_is

Transport: TypeAlias = Callable[[Call], Any]
"""Is given each call; makes it once, again, in part or not at all, and answers or fails."""


class FakeClient:
    """One client of the table."""

    def __init__(
        self,
        table: FakeTable,
        transport: Transport = as_it_is,
        meanwhile: Callable[[], None] = nobody_else,
    ) -> None:
        """Take what carries the calls, and what happens while a transaction holds its items."""
        self._table, self._transport, self._meanwhile = table, transport, meanwhile
        self._tokens = count()

    def get_item(self, **request: Any) -> Answer:  # noqa: ANN401 (as boto3 has it)
        return self._send("get_item", self._table.get_item, request)

    def batch_get_item(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("batch_get_item", self._table.batch_get_item, request)

    def query(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("query", self._table.query, request)

    def scan(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("scan", self._table.scan, request)

    def put_item(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("put_item", self._table.put_item, request)

    def update_item(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("update_item", self._table.update_item, request)

    def delete_item(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("delete_item", self._table.delete_item, request)

    def batch_write_item(self, **request: Any) -> Answer:  # noqa: ANN401
        return self._send("batch_write_item", self._table.batch_write_item, request)

    def transact_write_items(self, **request: Any) -> Answer:  # noqa: ANN401
        # As botocore does, once for all its attempts.
        request.setdefault("ClientRequestToken", f"{id(self)}-{next(self._tokens)}")
        method = partial(self._table.transact_write_items, meanwhile=self._meanwhile)
        return self._send("transact_write_items", method, request)

    def _send(
        self, operation: str, method: Callable[[dict[str, Any]], Answer], request: dict[str, Any]
    ) -> Answer:
        def perform(**arguments: Any) -> Answer:  # noqa: ANN401
            try:
                return method(arguments)
            except InvalidRequestError as error:
                name = operation.title().replace("_", "")
                raise invalid(error, name) from None

        answer: Answer = self._transport(Call(operation, perform, request))
        return answer
