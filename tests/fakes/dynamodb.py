"""DynamoDB as its client sees it: transactions that take their time and meet one another.

A transaction is prepared, then committed. Whoever touches one of its items in between gets a
TransactionConflict, as from AWS, while readings see what was there before. `pause` is called
wherever another client may step in. Faults are drawn from a seed, call by call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from infrastructure.bench.capacity import Item
from infrastructure.bench.expressions import updated
from tests.fakes.faults import ProcessDiedError
from tests.integration.faults import a_cancellation, a_time_out, an_error

MOST_KEYS: Final = 100
MOST_ACTIONS: Final = 100
PERCENT_FAILING: Final = 30

Key = tuple[str, str]


@dataclass
class FakeTable:
    """The items, and which of them a transaction holds at the moment."""

    items: dict[Key, Item] = field(default_factory=dict)
    held: set[Key] = field(default_factory=set)
    happened: Counter[str] = field(default_factory=Counter)


def nobody_else() -> None:
    """Let nobody step in."""


class FakeClient:
    """One client of the table; each recorder has its own, with its own chance of faults."""

    def __init__(
        self,
        table: FakeTable,
        pause: Callable[[], None] = nobody_else,
        chance: Random | None = None,
        *,
        crashes: bool = False,
    ) -> None:
        """Take a seeded chance to draw faults from, if there are to be any."""
        self._table, self._pause, self._chance = table, pause, chance
        self._crashes = crashes

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Read items; under faults some keys may stay unprocessed."""
        ((name, wanted),) = RequestItems.items()
        keys = [_key(each) for each in wanted["Keys"]]
        assert 0 < len(keys) == len(set(keys)) <= MOST_KEYS
        with self._under_faults():
            read = self._some(keys)
            found = [self._table.items[key] for key in read if key in self._table.items]
        rest = [each for each in wanted["Keys"] if _key(each) not in read]
        self._table.happened["unprocessed keys"] += len(rest)
        unprocessed = {name: {**wanted, "Keys": rest}} if rest else {}
        return {"Responses": {name: found}, "UnprocessedKeys": unprocessed}

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Write all or nothing."""
        actions = [(kind, request) for each in TransactItems for kind, request in each.items()]
        keys = [_key(request.get("Item") or request["Key"]) for _, request in actions]
        assert 0 < len(keys) == len(set(keys)) <= MOST_ACTIONS
        with self._under_faults():
            self._prepare(keys, actions)
            self._pause()
            for key, (kind, request) in zip(keys, actions, strict=True):
                before = self._table.items.get(key)
                self._table.items[key] = (
                    request["Item"] if kind == "Put" else updated(before, request)
                )
            self._table.held.difference_update(keys)
        return {}

    def _prepare(
        self, keys: Sequence[Key], actions: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> None:
        reasons = ["None"] * len(keys)
        for place, (key, (_, request)) in enumerate(zip(keys, actions, strict=True)):
            if key in self._table.held:
                reasons[place] = "TransactionConflict"
            elif not _holds(request, self._table.items.get(key)):
                reasons[place] = "ConditionalCheckFailed"
        if refused := set(reasons) - {"None"}:
            self._table.happened.update(refused)
            raise a_cancellation(*reasons)
        self._table.held.update(keys)

    def _some(self, keys: Sequence[Key]) -> list[Key]:
        if self._chance is None or self._chance.randrange(100) >= PERCENT_FAILING:
            return list(keys)
        return self._chance.sample(list(keys), self._chance.randrange(len(keys)))

    @contextmanager
    def _under_faults(self) -> Iterator[None]:
        """Let others step in, then fail before the call, after it took effect, or not at all."""
        self._pause()
        fault = self._draw()
        if fault and not fault[1]:
            raise fault[0]
        yield
        self._pause()
        if fault:
            raise fault[0]

    def _draw(self) -> tuple[BaseException, bool] | None:
        """Return an error and whether the call takes effect all the same."""
        if self._chance is None or self._chance.randrange(100) >= PERCENT_FAILING:
            return None
        faults: list[tuple[str, BaseException, bool]] = [
            ("throttled", an_error("ThrottlingException"), False),
            ("conflict", a_cancellation("TransactionConflict"), False),
            ("server error", an_error("InternalServerError", status=500), False),
            ("server error after", an_error("InternalServerError", status=500), True),
            ("time-out", a_time_out(), False),
            ("time-out after", a_time_out(), True),
        ]
        if self._crashes:
            died = ProcessDiedError("the process died")
            faults += [("crash", died, False), ("crash after", died, True)]
        name, error, after = self._chance.choice(faults)
        self._table.happened[name] += 1
        return error, after


def _key(attributes: Mapping[str, Any]) -> Key:
    return attributes["pk"]["S"], attributes["sk"]["S"]


def _holds(request: Mapping[str, Any], item: Item | None) -> bool:
    """Judge a condition: the two that recording uses, and nothing else."""
    match request.get("ConditionExpression"):
        case None:
            return True
        case "attribute_not_exists(pk)":
            return item is None
        case "#version = :seen":
            seen: object = request["ExpressionAttributeValues"][":seen"]
            return item is not None and item["version"] == seen
        case other:
            raise AssertionError(f"a condition that DynamoDB is not known to judge: {other}")
