"""What IAM knows of a request to a DynamoDB table, beside its action: condition keys by name.

Only the standard library is used here: the emulator's own Python runs it, too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

Request: TypeAlias = Mapping[str, Any]

_NO_ATTRIBUTES: Final = frozenset(
    {
        *("ADD", "AND", "BETWEEN", "IN", "NOT", "OR", "REMOVE", "SET"),
        *("attribute_exists", "attribute_not_exists", "begins_with", "contains"),
        *("if_not_exists", "list_append", "size"),
    }
)


def condition_keys(request: Request) -> dict[str, list[str]]:
    """Return the keys that a request brings along; one without a value is not there at all.

    `dynamodb:LeadingKeys` are the values of the partition key, which a scan does not name.
    `dynamodb:Attributes` are the attributes that are named at the top level, those of the key among
    them. A transaction brings what each of its items does: ask for each alone.
    """
    keys = {
        "dynamodb:LeadingKeys": _leading_keys(request),
        "dynamodb:Attributes": sorted(set(_attributes(request))),
        "dynamodb:Select": [request["Select"]] if "Select" in request else [],
    }
    return {key: values for key, values in keys.items() if values}


def _leading_keys(request: Request) -> list[str]:
    return list(dict.fromkeys(str(value["S"]) for value in _partitions(request)))


def _partitions(request: Request) -> Iterable[Request]:
    if condition := request.get("KeyConditionExpression"):
        values = request["ExpressionAttributeValues"]
        # The first condition is that of the partition.
        return [values[name] for name in re.findall(r"^\S+ = (:\w+)", condition)]
    if "RequestItems" in request:
        wanted = request["RequestItems"].values()
        return [key["pk"] for each in wanted for key in each["Keys"]]
    return [request[name]["pk"] for name in ("Key", "Item") if name in request]


def _attributes(request: Request) -> Iterator[str]:
    yield from request.get("Key", {})
    yield from request.get("Item", {})
    names = request.get("ExpressionAttributeNames", {})
    for expression in (value for name, value in request.items() if name.endswith("Expression")):
        for word in re.findall(r"(?<![:\w#])#?[A-Za-z]\w*", expression):
            if word not in _NO_ATTRIBUTES:
                yield names.get(word, word)
