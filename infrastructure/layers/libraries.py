"""Which of the installed libraries go into which layer.

A library is taken for what the project's modules import, and with it all that it requires.
"""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import Final

from infrastructure.layers.contents import SHARED, TYPESETTER, LayerContents
from infrastructure.layers.sdk_data import DATA

_FOUND_BY_NAME: Final = frozenset({"tzdata"})
"""Taken though nothing imports it: `zoneinfo` looks for it by itself."""

# What the SDK knows of services is kept in part, by a step of its own. No function uses how boto3
# describes resources, nor its examples.
_NOT_COPIED = tuple(map(PurePosixPath, (DATA, "boto3/data", "boto3/examples")))


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


def library_files(site: Path, names: Iterable[str]) -> list[PurePosixPath]:
    """Return the files of libraries that are copied, below the folder that they lie in."""
    wanted = set(names)
    return sorted(
        path
        for each in distributions(path=[str(site)])
        if _name(each) in wanted
        for file in each.files or ()
        if _is_copied(path := PurePosixPath(file))
    )


def _is_copied(path: PurePosixPath) -> bool:
    # Programs lie beside the libraries, and what was compiled here is compiled again for a layer.
    if path.parts[0] in {"..", "bin"} or path.suffix == ".pyc":
        return False
    return not any(path.is_relative_to(folder) for folder in _NOT_COPIED)


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
