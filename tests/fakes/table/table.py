"""The table of the product in memory: what DynamoDB answers to each operation, in microseconds.

What an answer holds is what the table holds: nobody may change the values in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ParamValidationError

from tests.fakes.table.actions import Action, Request, check_parameters, read_action
from tests.fakes.table.errors import (
    InvalidRequestError,
    Reason,
    UnfitItemError,
    cancelled,
    condition_failed,
    conflict,
)
from tests.fakes.table.readings import query, scan
from tests.fakes.table.storage import Index, Key, Partitions, key_of_request
from tests.fakes.table.values import Item
from tests.integration.faults import an_error

Answer = dict[str, Any]

MOST_ACTIONS: Final = 100
MOST_KEYS_READ: Final = 100
MOST_ITEMS_WRITTEN: Final = 25

_GET: Final = frozenset({"TableName", "Key", "ConsistentRead"})
_READ_OF_BATCH: Final = frozenset({"Keys", "ConsistentRead"})
_TRANSACTION: Final = frozenset({"TransactItems", "ClientRequestToken"})
_BATCH: Final = frozenset({"RequestItems"})


def nobody_else() -> None:
    """Let nobody step in."""


@dataclass
class FakeTable:
    """One table with its index. Any number of clients may share it, one at a time."""

    name: str = "table"
    page_size: int | None = None
    """How many items a page of a query or scan holds at most."""
    index: Index = field(default_factory=Index)
    held: set[Key] = field(default_factory=set)
    """The items that a transaction holds at the moment, between its conditions and its writes."""
    _stored: Partitions = field(default_factory=Partitions)
    _tokens: dict[str, Request] = field(default_factory=dict)

    @property
    def items(self) -> Mapping[Key, Item]:
        """Everything, by key."""
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in self._stored.all()}

    def get_item(self, request: Request) -> Answer:
        """Read one item."""
        check_parameters(request, _GET, required="Key")
        self._check_name(request["TableName"])
        item = self._find(key_of_request(request["Key"]))
        return {} if item is None else {"Item": dict(item)}

    def batch_get_item(self, request: Request) -> Answer:
        """Read some items, all of them: a transport may leave some out."""
        wanted = self._of_batch(request)
        check_parameters(wanted, _READ_OF_BATCH, required="Keys")
        keys = [key_of_request(each) for each in wanted["Keys"]]
        _check_batch(keys, MOST_KEYS_READ)
        found = (self._find(key) for key in keys)
        items = [dict(item) for item in found if item is not None]
        return {"Responses": {self.name: items}, "UnprocessedKeys": {}}

    def query(self, request: Request) -> Answer:
        """Read a part of a partition, or of the index."""
        self._check_name(request["TableName"])
        return query(self._stored, self.index, request, self.page_size)

    def scan(self, request: Request) -> Answer:
        """Read everything."""
        self._check_name(request["TableName"])
        return scan(self._stored, request, self.page_size)

    def put_item(self, request: Request) -> Answer:
        """Write one item."""
        return self._write("Put", request)

    def update_item(self, request: Request) -> Answer:
        """Change one item."""
        return self._write("Update", request)

    def delete_item(self, request: Request) -> Answer:
        """Delete one item."""
        return self._write("Delete", request)

    def batch_write_item(self, request: Request) -> Answer:
        """Write some items, but for those that a transaction holds."""
        wanted = self._of_batch(request)
        actions = [_action_of_batch(each, self.name) for each in wanted]
        _check_batch([action.key for action in actions], MOST_ITEMS_WRITTEN)
        held = [each for each, action in zip(wanted, actions, strict=True) if self._holds(action)]
        for action in actions:
            if not self._holds(action):
                self._keep(action.key, action.made_of(None))
        return {"UnprocessedItems": {self.name: held} if held else {}}

    def transact_write_items(
        self, request: Request, meanwhile: Callable[[], None] = nobody_else
    ) -> Answer:
        """Write all or nothing. `meanwhile`, the transaction holds its items."""
        check_parameters(request, _TRANSACTION, required="TransactItems")
        token = request.get("ClientRequestToken")
        if token in self._tokens:
            if self._tokens[token] != request:
                raise an_error(
                    "IdempotentParameterMismatchException", operation="TransactWriteItems"
                )
            return {}
        actions = [self._action_of_transaction(each) for each in request["TransactItems"]]
        keys = [action.key for action in actions]
        if not keys:
            raise ParamValidationError(report="a transaction has at least one action")
        if len(keys) > MOST_ACTIONS:
            raise InvalidRequestError(f"a transaction has at most {MOST_ACTIONS} actions")
        if len(set(keys)) < len(keys):
            raise InvalidRequestError(
                "Transaction request cannot include multiple operations on one item"
            )
        tried = [self._tried(action) for action in actions]
        reasons = [reason for reason, _ in tried]
        if any(reason["Code"] != "None" for reason in reasons):
            raise cancelled(reasons)
        self.held.update(keys)
        try:
            meanwhile()
        finally:
            self.held.difference_update(keys)
        for action, (_, after) in zip(actions, tried, strict=True):
            if action.kind != "ConditionCheck":
                self._keep(action.key, after)
        if token is not None:
            self._tokens[token] = request
        return {}

    def _action_of_transaction(self, each: Mapping[str, Request]) -> Action:
        ((kind, request),) = each.items()
        if kind not in {"Put", "Update", "Delete", "ConditionCheck"}:
            raise ParamValidationError(report=f"unknown action: {kind}")
        self._check_name(request["TableName"])
        return read_action(kind, request, alone=False)

    def _tried(self, action: Action) -> tuple[Reason, Item | None]:
        """Return why an action can't be taken, or what it makes of its item."""
        if self._holds(action):
            message = "Transaction is ongoing for the item"
            return {"Code": "TransactionConflict", "Message": message}, None
        before = self._find(action.key)
        if not action.holds(before):
            reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
            shown = action.shown(before)
            return reason if shown is None else {**reason, "Item": shown}, None
        try:
            return {"Code": "None"}, action.made_of(before)
        except UnfitItemError as error:
            return {"Code": "ValidationError", "Message": str(error)}, None

    def _write(self, kind: str, request: Request) -> Answer:
        self._check_name(request["TableName"])
        action = read_action(kind, request, alone=True)
        if self._holds(action):
            raise conflict(f"{kind}Item")
        before = self._find(action.key)
        if not action.holds(before):
            raise condition_failed(f"{kind}Item", action.shown(before))
        after = action.made_of(before)
        self._keep(action.key, after)
        returned = {"ALL_OLD": before, "ALL_NEW": after}.get(action.returns)
        return {} if returned is None else {"Attributes": dict(returned)}

    def _find(self, key: Key) -> Item | None:
        return self._stored.get(key[0], (key[1],))

    def _holds(self, action: Action) -> bool:
        return action.key in self.held

    def _keep(self, key: Key, item: Item | None) -> None:
        if item is None:
            self._stored.remove(key[0], (key[1],))
        else:
            self._stored.put(key[0], (key[1],), item)
        self.index.change(key, item)

    def _of_batch(self, request: Request) -> Any:  # noqa: ANN401 (as the operation has it)
        check_parameters(request, _BATCH, required="RequestItems")
        ((name, wanted),) = request["RequestItems"].items()
        self._check_name(name)
        return wanted

    def _check_name(self, name: str) -> None:
        if name != self.name:
            raise an_error("ResourceNotFoundException", message="Requested resource not found")


def _action_of_batch(each: Mapping[str, Request], table: str) -> Action:
    ((kind, request),) = each.items()
    if kind not in {"PutRequest", "DeleteRequest"}:
        raise ParamValidationError(report=f"unknown request: {kind}")
    return read_action(kind.removesuffix("Request"), {**request, "TableName": table}, alone=False)


def _check_batch(keys: list[Key], most: int) -> None:
    if not keys:
        raise ParamValidationError(report="a batch has at least one item")
    if len(keys) > most:
        raise InvalidRequestError(f"a batch has at most {most} items")
    if len(set(keys)) < len(keys):
        raise InvalidRequestError("Provided list of item keys contains duplicates")
