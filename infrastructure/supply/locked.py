"""The libraries of a lock file, with what is installed of them."""

from __future__ import annotations

import importlib.metadata
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PINNED: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Locked:
    """A library as it is locked: its name, its version, and the digests of its files."""

    name: str
    version: str
    digests: tuple[str, ...]


def locked_in(lock_file: Path) -> list[Locked]:
    """Return the libraries of a lock file, in its order."""
    found: list[tuple[str, str, list[str]]] = []
    for line in lock_file.read_text("utf-8").splitlines():
        if pinned := _PINNED.match(line):
            found.append((pinned["name"], pinned["version"], []))
        if found:
            found[-1][2].extend(_HASH.findall(line))
    return [Locked(name, version, tuple(digests)) for name, version, digests in found]


def metadata_of(library: Locked) -> importlib.metadata.PackageMetadata:
    """Return what an installed library says of itself."""
    return importlib.metadata.metadata(library.name)
