"""A client of DynamoDB that keeps an account of every call and of the capacity it takes.

It remembers the items that were written through it, so as to know what a write replaces: what it
is to account for has to pass through it from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from infrastructure.bench.capacity import Account, Index, Item
from infrastructure.bench.expressions import updated

_REFUSED: Final = {"ConditionalCheckFailedException", "TransactionCanceledException"}

Place = tuple[str, ...]


class MeteredClient:
    """Passes calls on and charges for them. Other methods than these four pass uncharged."""

    def __init__(self, client: object, indexes: Sequence[Index] = ()) -> None:
        """Take the client and the indexes of its tables."""
        self.account = Account()
        self._client: Any = client
        self._indexes = indexes
        self._items: dict[Place, Item] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)
        return method

    def put_item(self, **request: Any) -> Any:  # noqa: ANN401 (as of the client)
        """Put an item, and charge for it, also if its condition fails."""
        return self._write(self._client.put_item, request, [{"Put": request}])

    def update_item(self, **request: Any) -> Any:  # noqa: ANN401 (as of the client)
        """Update an item, and charge for it."""
        return self._write(self._client.update_item, request, [{"Update": request}])

    def transact_write_items(self, **request: Any) -> Any:  # noqa: ANN401 (as of the client)
        """Write a transaction, and charge double for it, also if it is cancelled."""
        actions = request["TransactItems"]
        return self._write(self._client.transact_write_items, request, actions, transactional=True)

    def batch_get_item(self, **request: Any) -> Any:  # noqa: ANN401 (as of the client)
        """Read items, and count the call."""
        self.account.calls += 1
        return self._client.batch_get_item(**request)

    def _write(
        self,
        call: Callable[..., Any],
        request: Mapping[str, Any],
        actions: Sequence[Mapping[str, Any]],
        *,
        transactional: bool = False,
    ) -> Any:  # noqa: ANN401 (as of the client)
        self.account.calls += 1
        changes = [self._change(action) for action in actions]
        try:
            answer = call(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED:
                for _, before, after in changes:
                    self.account.charge_refusal(before, after, transactional=transactional)
            raise
        for place, before, after in changes:
            self.account.charge_write(
                before, after, indexes=self._indexes, transactional=transactional
            )
            self._items[place] = after
        return answer

    def _change(self, action: Mapping[str, Any]) -> tuple[Place, Item | None, Item]:
        ((kind, request),) = action.items()
        keys = request["Item"] if kind == "Put" else request["Key"]
        place = _place(request["TableName"], keys)
        before = self._items.get(place)
        return place, before, request["Item"] if kind == "Put" else updated(before, request)


def _place(table: str, attributes: Mapping[str, Any]) -> Place:
    """Return where an item lies; tables here have the keys `pk` and `sk`, or `id` alone."""
    keys = ("pk", "sk") if "pk" in attributes else ("id",)
    return (table, *(attributes[key]["S"] for key in keys))
