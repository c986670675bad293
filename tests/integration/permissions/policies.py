"""A small part of IAM: whether the statements of a role allow what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tests.integration.permissions.calls import Asked
from tests.integration.permissions.resolving import resolved
from tests.template.deployed import Deployed, as_list


@dataclass(frozen=True)
class Statement:
    """A statement that allows something, its values all texts."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Mapping[str, Mapping[str, Sequence[str]]]

    def allows(self, asked: Asked) -> bool:
        """Whether it allows this. It has to be asked of a role as a whole, which denies nothing."""
        return (
            asked.action in self.actions
            and any(_is_like(asked.resource, each) for each in self.resources)
            and all(
                _holds(operator, values, asked.circumstances.get(key))
                for operator, keys in self.conditions.items()
                for key, values in keys.items()
            )
        )

    def parts(self) -> Iterable[tuple[str, Callable[[Asked], bool]]]:
        """Return what it allows, piece by piece, each with which calls make use of it."""
        for action in self.actions:
            yield f"{self.sid}: {action}", partial(_acts, action)
        for resource in self.resources:
            yield f"{self.sid}: {resource}", partial(_is_about, resource)
        named = [keys for operator, keys in self.conditions.items() if operator != "Null"]
        for keys in named:
            for key in keys.keys() & _NAMING:
                for value in keys[key]:
                    yield f"{self.sid}: {key} {value}", partial(_names, key, value)


def _acts(action: str, asked: Asked) -> bool:
    return asked.action == action


def _is_about(resource: str, asked: Asked) -> bool:
    return _is_like(asked.resource, resource)


def _names(key: str, value: str, asked: Asked) -> bool:
    return any(_is_like(each, value) for each in asked.circumstances.get(key, ()))


_NAMING: Final = {"dynamodb:LeadingKeys", "dynamodb:Attributes"}


def statements_of(deployed: Deployed, role: str) -> list[Statement]:
    """Return what a role of the template may do in the tests' account."""
    return [read_statement(deployed, each) for each in deployed.statements(role)]


def statements_of_people(deployed: Deployed, policy: str) -> list[Statement]:
    """Return what a managed policy of the template allows in the tests' account."""
    document = deployed.of_type("AWS::IAM::ManagedPolicy")[policy]["PolicyDocument"]
    return [read_statement(deployed, each) for each in document["Statement"]]


def not_allowed(statements: Sequence[Statement], asked: Iterable[Asked]) -> set[str]:
    """Return what was asked, and none of the statements allows."""
    return {str(one) for one in asked if not any(each.allows(one) for each in statements)}


def never_used(statements: Sequence[Statement], asked: Collection[Asked]) -> set[str]:
    """Return what the statements allow, and nobody asked."""
    return {
        part
        for each in statements
        for part, is_used_by in each.parts()
        if not any(each.allows(one) and is_used_by(one) for one in asked)
    }


def read_statement(deployed: Deployed, statement: Mapping[str, Any]) -> Statement:
    """Read a statement of the template.

    Raises:
        ValueError: It denies something, or excludes something: neither is known here.
    """
    known = {"Sid", "Effect", "Action", "Resource", "Condition"}
    if statement["Effect"] != "Allow" or not set(statement) <= known:
        raise ValueError(f"not a plain permission: {statement}")
    conditions = resolved(deployed, statement.get("Condition", {}))
    return Statement(
        statement["Sid"],
        as_list(statement["Action"]),
        resolved(deployed, as_list(statement["Resource"])),
        {
            operator: {key: [str(each) for each in as_list(values)] for key, values in keys.items()}
            for operator, keys in conditions.items()
        },
    )


def _is_like(text: str, pattern: str) -> bool:
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _holds(operator: str, wanted: Sequence[str], given: Sequence[str] | None) -> bool:
    """Whether one condition holds; `given` is `None` where the request lacks its key."""
    if operator == "Null":
        return (given is None) == (wanted == ["true"])
    for_all = operator.startswith("ForAllValues:")
    compare = _COMPARE[operator.removeprefix("ForAllValues:")]
    if given is None:
        return for_all
    met = [any(compare(one, each) for each in wanted) for one in given]
    return all(met) if for_all else len(met) == 1 and met[0]


_COMPARE: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda one, other: one == other,
    "StringEqualsIgnoreCase": lambda one, other: one.lower() == other.lower(),
    "StringLike": _is_like,
}
