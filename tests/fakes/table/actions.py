"""One write, by itself or in a transaction: what it demands of an item, and what it makes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from botocore.exceptions import ParamValidationError

from tests.fakes.table.conditions import Condition, condition
from tests.fakes.table.errors import InvalidRequestError
from tests.fakes.table.grammar import Names, Values
from tests.fakes.table.storage import (
    PK,
    SK,
    Key,
    check_index_keys,
    key_of_item,
    key_of_request,
)
from tests.fakes.table.updates import Update, update
from tests.fakes.table.values import Item, Value, normal_all

Request: TypeAlias = Mapping[str, Any]

_CONDITION: Final = frozenset(
    {
        "TableName",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    }
)
_PARAMETERS: Final = {
    "Put": _CONDITION | {"Item"},
    "Update": _CONDITION | {"Key", "UpdateExpression"},
    "Delete": _CONDITION | {"Key"},
    "ConditionCheck": _CONDITION | {"Key"},
}
_RETURNS: Final = {
    "Put": {"NONE", "ALL_OLD"},
    "Delete": {"NONE", "ALL_OLD"},
    "Update": {"NONE", "ALL_OLD", "ALL_NEW"},
}
_FAILURE_RETURNS: Final = {"NONE", "ALL_OLD"}


@dataclass(frozen=True, slots=True)
class Action:
    """A write that may be tried on the item of its key."""

    kind: str
    key: Key
    item: dict[str, Value]
    """The item of a Put, the key of anything else."""
    condition: Condition | None
    update: Update | None
    names: Names
    values: Values
    returns: str
    shows_what_was: bool

    def holds(self, before: Item | None) -> bool:
        """Whether its condition holds."""
        return self.condition is None or self.condition.test(before or {}, self.names, self.values)

    def made_of(self, before: Item | None) -> Item | None:
        """Return what it makes of an item; `None` of one that it deletes.

        Raises:
            UnfitItemError: The item lacks what the update builds on.
        """
        if self.kind == "Put":
            return self.item
        if self.kind == "Delete":
            return None
        if self.kind == "ConditionCheck" or (self.update is None and before is not None):
            return before
        if self.update is None:
            return self.item
        if before is None and not (self.update.sets or self.update.adds):
            raise NotImplementedError("the fake table removes nothing from an item it hasn't")
        after = self.update.applied(
            self.item if before is None else before, self.names, self.values
        )
        check_index_keys(after)
        return after

    def shown(self, before: Item | None) -> dict[str, Value] | None:
        """Return what was there, if a condition fails and the request asks for it."""
        return dict(before) if self.shows_what_was and before is not None else None


def read_action(kind: str, request: Request, *, alone: bool) -> Action:
    """Read a write, and check all that AWS checks without looking at the item.

    Raises:
        InvalidRequestError: AWS would refuse it.
        ParamValidationError: Botocore would not send it.
    """
    allowed = _PARAMETERS[kind] | {"ReturnValues"} if alone else _PARAMETERS[kind]
    check_parameters(request, allowed, required="Item" if kind == "Put" else "Key")
    if kind == "Put":
        item = normal_all(request["Item"])
        key = key_of_item(item)
        check_index_keys(item)
    else:
        item = request["Key"]
        key = key_of_request(item)
    returns = request.get("ReturnValues", "NONE")
    if alone and returns not in _RETURNS[kind]:
        raise InvalidRequestError(f"ReturnValues can't be {returns}")
    on_failure = request.get("ReturnValuesOnConditionCheckFailure", "NONE")
    if on_failure not in _FAILURE_RETURNS:
        raise InvalidRequestError("ReturnValuesOnConditionCheckFailure is NONE or ALL_OLD")
    read = read_expressions(request, "ConditionExpression")
    if kind == "ConditionCheck" and read.condition is None:
        raise ParamValidationError(report="a ConditionCheck has a ConditionExpression")
    if read.update is not None:
        for path in read.update.paths(read.names):
            if path[0] in {PK, SK}:
                raise InvalidRequestError(
                    "One or more parameter values were invalid: Cannot update attribute "
                    f"{path[0]}. This attribute is part of the key"
                )
    return Action(
        kind=kind,
        key=key,
        item=item,
        condition=read.condition,
        update=read.update,
        names=read.names,
        values=read.values,
        returns=returns,
        shows_what_was=on_failure == "ALL_OLD",
    )


def check_parameters(request: Request, allowed: Collection[str], *, required: str) -> None:
    """Refuse what botocore would not send, or what the fake table doesn't know.

    Raises:
        ParamValidationError: There is such a parameter, or a necessary one is missing.
    """
    if unknown := request.keys() - allowed:
        raise ParamValidationError(report=f"unknown to the fake table: {sorted(unknown)}")
    if required not in request:
        raise ParamValidationError(report=f"missing: {required}")


@dataclass(frozen=True, slots=True)
class Expressions:
    """The expressions of one request, with what their placeholders stand for."""

    condition: Condition | None = None
    update: Update | None = None
    names: Names = field(default_factory=dict)
    values: Values = field(default_factory=dict)


def read_expressions(
    request: Request, kind: str, used_names: Iterable[str] = (), used_values: Iterable[str] = ()
) -> Expressions:
    """Read a condition of some kind and an update; something else uses some placeholders, too.

    Raises:
        InvalidRequestError: AWS would refuse them, or their placeholders.
    """
    text, update_text = request.get(kind), request.get("UpdateExpression")
    judged = None if text is None else condition(kind, text)
    changed = None if update_text is None else update(update_text)
    names = request.get("ExpressionAttributeNames")
    sent = request.get("ExpressionAttributeValues")
    values = {} if sent is None else normal_all(sent)
    wanted_names = frozenset(used_names)
    wanted_values = frozenset(used_values)
    for each in (judged, changed):
        if each is not None:
            wanted_names |= each.names
            wanted_values |= each.values
    _check_placeholders("Names", names, wanted_names)
    _check_placeholders("Values", sent, wanted_values)
    if judged is not None:
        for check in judged.checks:
            check(values)
    return Expressions(judged, changed, names or {}, values)


def _check_placeholders(what: str, given: Mapping[str, Any] | None, wanted: frozenset[str]) -> None:
    if given is None:
        given = {}
    elif not given:
        raise InvalidRequestError(f"ExpressionAttribute{what} must not be empty")
    if given.keys() == wanted:
        return
    if missing := wanted - given.keys():
        raise InvalidRequestError(
            f"An expression attribute used in expression is not defined: {sorted(missing)}"
        )
    raise InvalidRequestError(
        f"Value provided in ExpressionAttribute{what} unused in expressions: "
        f"keys: {sorted(given.keys() - wanted)}"
    )
