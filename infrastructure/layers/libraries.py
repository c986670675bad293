"""Which of the installed libraries go into which layer, and what of them no function reads.

A library is taken for what the project's modules import, and with it all that it requires. The SDK
describes some four hundred services, in two thirds of its bytes; only those that functions call are
kept.
"""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import Final

from infrastructure.layers.contents import SHARED, TYPESETTER, LayerContents

_FOUND_BY_NAME: Final = frozenset({"tzdata"})
"""Taken though nothing imports it: `zoneinfo` looks for it by itself."""

_SERVICES = PurePosixPath("botocore/data")
# Programs of a library, how boto3 describes its resources, and its examples: no function uses them.
_NOT_PACKED = tuple(map(PurePosixPath, ("boto3/data", "boto3/examples")))


class LibrariesError(Exception):
    """A layer can't be put together from what is installed; the message says why."""

    retryable = False


def libraries_of(site: Path, contents: Mapping[str, LayerContents]) -> dict[str, list[str]]:
    """Return the installed libraries that each layer holds, by name; none is in two of them.

    Raises:
        LibrariesError: Something is imported that is not installed.
    """
    installed = {_name(each): each for each in distributions(path=[str(site)])}
    shared = _required(contents[SHARED].imports, installed) | (_FOUND_BY_NAME & installed.keys())
    typesetter = _required(contents[TYPESETTER].imports, installed) - shared
    return {SHARED: sorted(shared), TYPESETTER: sorted(typesetter)}


def library_files(site: Path, names: Iterable[str], services: Iterable[str]) -> list[PurePosixPath]:
    """Return the files of libraries that are packed, below the folder that they lie in.

    Raises:
        LibrariesError: A service is called that the SDK doesn't describe.
    """
    wanted = set(services)
    for service in wanted:
        if not (site / _SERVICES / service).is_dir():
            raise LibrariesError(f"the SDK does not know the service {service}")
    found: list[PurePosixPath] = []
    for each in distributions(path=[str(site)]):
        if _name(each) in set(names):
            found += [
                path for file in each.files or () if is_packed(path := PurePosixPath(file), wanted)
            ]
    return sorted(found)


def is_packed(path: PurePosixPath, services: Iterable[str]) -> bool:
    """Return whether a file of a library goes into a layer."""
    if path.parts[0] in {"..", "bin"} or path.suffix == ".pyc":
        return False
    if any(path.is_relative_to(folder) for folder in _NOT_PACKED):
        return False
    # What lies directly in the folder holds for all services.
    if path.parent == _SERVICES or not path.is_relative_to(_SERVICES):
        return True
    return path.relative_to(_SERVICES).parts[0] in set(services)


def _required(imports: Iterable[str], installed: Mapping[str, Distribution]) -> set[str]:
    """Return the libraries that hold what is imported, and all that those require."""
    holders = _holders(installed)
    if missing := set(imports) - holders.keys():
        raise LibrariesError(f"imported but not installed: {', '.join(sorted(missing))}")
    ahead = [holders[each] for each in imports]
    required: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in required:
            required.add(name)
            ahead += [each for each in _requirements(installed[name]) if each in installed]
    return required


def _holders(installed: Mapping[str, Distribution]) -> dict[str, str]:
    """Return which library holds which top-level module."""
    return {
        PurePosixPath(file).parts[0].partition(".")[0]: name
        for name, distribution in installed.items()
        for file in distribution.files or ()
        if PurePosixPath(file).suffix in {".py", ".so"}
    }


def _requirements(distribution: Distribution) -> list[str]:
    """Return what a library requires; what only its extras require is not."""
    stated = (each for each in distribution.requires or () if "extra ==" not in each)
    return [_normal(re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0]) for each in stated]


def _name(distribution: Distribution) -> str:
    return _normal(distribution.metadata["Name"])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
