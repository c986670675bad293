"""What the update expressions of this project, and of Powertools, make of an item.

Only `SET name = :value` and `ADD name :number` are understood: it is all that is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infrastructure.bench.capacity import Item


def updated(before: Item | None, update: Mapping[str, Any]) -> Item:
    """Return the item after an update; one that was not there begins with its keys.

    Raises:
        ValueError: The expression does something else.
    """
    after: dict[str, Any] = dict(before if before is not None else update["Key"])
    action, _, clauses = update["UpdateExpression"].partition(" ")
    names = update.get("ExpressionAttributeNames", {})
    values = update["ExpressionAttributeValues"]
    for clause in clauses.split(","):
        parts = clause.replace("=", " ").split()
        name, value = names.get(parts[0], parts[0]), values[parts[1]]
        if action == "SET":
            after[name] = value
        elif action == "ADD":
            after[name] = {"N": str(int(after.get(name, {"N": "0"})["N"]) + int(value["N"]))}
        else:
            raise ValueError(f"{action} is not understood")
    return after
