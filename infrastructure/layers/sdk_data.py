"""What the SDK knows of services, without what no function reads.

botocore describes some four hundred services, for people as well as for itself. Of the services
that are called, the newest version is kept, without its documentation and its examples, unpacked,
since a client parses it all at every cold start. What botocore does with it stays the same, and a
test compares.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

DATA: Final = "botocore/data"
"""Where the SDK keeps what it knows."""

_CONTEXT: Final = "clientContextParams"
_PEOPLE_READ: Final = frozenset({"documentation", "documentationUrl"})
_ENDPOINTS = "endpoints.json"


class SdkError(Exception):
    """A service is called that the SDK doesn't describe; the message names it."""

    retryable = False


def sdk_data(data: Path, services: Iterable[str]) -> dict[str, bytes]:
    """Return what is kept of the SDK's data for some services, by its place below them.

    Raises:
        SdkError: The SDK doesn't know a service.
    """
    kept: dict[str, bytes] = {}
    prefixes: set[str] = set()
    for service in services:
        if not (data / service).is_dir():
            raise SdkError(f"the SDK does not know the service {service}")
        newest = max(path for path in (data / service).iterdir() if path.is_dir())
        for path in newest.iterdir():
            if path.name.startswith("examples-"):
                continue
            found = _read(path)
            if path.name.startswith("service-2.json"):
                prefixes.add(found["metadata"]["endpointPrefix"])
            place = path.relative_to(data).with_name(path.name.removesuffix(".gz"))
            kept[str(place)] = _written(_without_documentation(found))
    for path in data.glob("*.json"):
        found = _read(path)
        if path.name == _ENDPOINTS:
            found = _endpoints_of(found, prefixes)
        kept[path.name] = _written(found)
    return kept


def _without_documentation(described: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return a description without what explains it; a member may have the name of such a part."""
    if isinstance(described, list):
        return [_without_documentation(each) for each in described]
    if not isinstance(described, dict):
        return described
    return {
        # Botocore asks for the documentation of these, and of nothing else.
        name: each if name == _CONTEXT else _without_documentation(each)
        for name, each in described.items()
        if not (name in _PEOPLE_READ and isinstance(each, str))
    }


def _endpoints_of(endpoints: Mapping[str, Any], prefixes: Iterable[str]) -> dict[str, Any]:
    wanted = set(prefixes)
    partitions = [
        partition | {"services": {n: s for n, s in partition["services"].items() if n in wanted}}
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _read(path: Path) -> Any:  # noqa: ANN401 - any document
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def _written(document: Any) -> bytes:  # noqa: ANN401 - any document
    return json.dumps(document, separators=(",", ":")).encode()
