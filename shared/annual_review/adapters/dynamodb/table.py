"""The DynamoDB table: values in its notation, and reading or writing many items to the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from annual_review.adapters.aws.aws_errors import ConditionFailedError, port_errors
from annual_review.adapters.waiting import Pause, pause
from annual_review.services.errors import ConflictError, ThrottledError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Value: TypeAlias = dict[str, Any]
"""One value in DynamoDB's notation: `{"S": "upheld"}`."""

Item: TypeAlias = Mapping[str, Any]
"""Attributes by name; the keys of the table are `pk` and `sk`."""

Key: TypeAlias = tuple[str, str]
"""Partition key and sort key."""

MOST_KEYS_READ: Final = 100
"""DynamoDB's limit for one BatchGetItem."""

ROUNDS: Final = 6
"""How often the rest of a batch is asked for before the table counts as throttled."""

_Each = TypeVar("_Each")


def text(value: str) -> Value:
    """Write a text."""
    return {"S": value}


def number(value: int) -> Value:
    """Write an integer."""
    return {"N": str(value)}


def optional_text(item: Item, name: str) -> str | None:
    """Return a text, or `None` where the item has no such attribute."""
    return item[name]["S"] if name in item else None


def key_values(key: Key) -> dict[str, Value]:
    """Return the two attributes that find an item."""
    return {"pk": text(key[0]), "sk": text(key[1])}


def key_of(item: Item) -> Key:
    """Return the key of an item."""
    return item["pk"]["S"], item["sk"]["S"]


def if_still(seen: int) -> dict[str, Any]:
    """Demand that an item still has the version that was seen; 0 demands that it has none.

    A version counts the writes of an item and never goes back, so a request that is repeated after
    it took effect can't take effect again, whatever happened since.
    """
    request: dict[str, Any] = {"ExpressionAttributeNames": {"#version": "version"}}
    if not seen:
        return {**request, "ConditionExpression": "attribute_not_exists(#version)"}
    return {
        **request,
        "ConditionExpression": "#version = :seen",
        "ExpressionAttributeValues": {":seen": number(seen)},
    }


@dataclass(frozen=True, slots=True)
class Table:
    """The table behind a low-level client. Its methods raise errors of the ports."""

    client: DynamoDBClient
    name: str
    pause: Pause = pause

    def get(self, key: Key) -> Item | None:
        """Return one item, read consistently, or `None`."""
        with port_errors():
            answer = self.client.get_item(
                TableName=self.name, Key=key_values(key), ConsistentRead=True
            )
        return answer.get("Item")

    def put_if(self, condition: Mapping[str, Any], item: Item) -> bool:
        """Keep an item in place of what a condition demands; `False` if it does not hold."""
        try:
            with port_errors():
                self.client.put_item(TableName=self.name, Item=item, **condition)
        except ConditionFailedError:
            return False
        return True

    def get_all(self, keys: Iterable[Key]) -> list[Item]:
        """Return the items of these keys that there are, read consistently, in no order.

        Raises:
            ThrottledError: The table did not give out all of them.
        """
        found: list[Item] = []
        for some in _in_parts(dict.fromkeys(keys), MOST_KEYS_READ):
            found += self._get_some(some)
        return found

    def _get_some(self, keys: Sequence[Key]) -> list[Item]:
        found: list[Item] = []
        wanted: Any = {
            self.name: {"Keys": [key_values(key) for key in keys], "ConsistentRead": True}
        }
        for attempt in range(ROUNDS):
            with port_errors():
                answer = self.client.batch_get_item(RequestItems=wanted)
            found += answer["Responses"].get(self.name, [])
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return found
            self.pause(attempt)
        raise ThrottledError("BatchGetItem: keys stayed unprocessed")

    def query(
        self, condition: str, values: Mapping[str, Value], *, index: str | None = None
    ) -> Iterator[Item]:
        """Go through the items that a key condition finds, page by page, in key order.

        The table is read consistently; an index can't be, and lags by moments.
        """
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
        request |= {"IndexName": index} if index else {"ConsistentRead": True}
        while True:
            with port_errors():
                answer = self.client.query(**request)
            yield from answer["Items"]
            if not (last := answer.get("LastEvaluatedKey")):
                return
            request["ExclusiveStartKey"] = last

    def scan(
        self, condition: str, values: Mapping[str, Value], attributes: Sequence[str] = ()
    ) -> Iterator[Item]:
        """Go through the whole table for the items that meet a condition, page by page.

        Whatever was written before the scan begins is found as it was then, or later. `attributes`
        names those that are wanted, if not all.
        """
        request: dict[str, Any] = {
            "TableName": self.name,
            "FilterExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
        }
        if attributes:
            # Said twice: a role can allow nothing but certain attributes where the first is said.
            request["Select"] = "SPECIFIC_ATTRIBUTES"
            request["ProjectionExpression"] = ", ".join(attributes)
        while True:
            with port_errors():
                answer = self.client.scan(**request)
            yield from answer["Items"]
            if not (last := answer.get("LastEvaluatedKey")):
                return
            request["ExclusiveStartKey"] = last

    def write(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Write all of some actions or none; one that meets another transaction is tried again.

        Raises:
            ConditionFailedError: A condition did not hold.
            ConflictError: Other transactions were at work all the while.
        """
        for attempt in range(ROUNDS):
            try:
                with port_errors():
                    self.client.transact_write_items(TransactItems=list(actions))  # type: ignore[arg-type]
            except ConditionFailedError:
                raise
            except ConflictError:
                if attempt == ROUNDS - 1:
                    raise
                self.pause(attempt)
            else:
                return


def _in_parts(values: Iterable[_Each], size: int) -> Iterator[list[_Each]]:
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part
