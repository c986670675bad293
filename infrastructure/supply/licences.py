"""Under which licences the libraries in the layers stand, and which of them we take.

A licence is taken from what a library says of itself: by an expression, by its classifiers, or in
words. What it says in words, or not at all, is read once by a person and written down here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from infrastructure.supply.locked import Locked, locked_in, metadata_of

ALLOWED: Final = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0"}
)
"""Licences that ask for nothing but to be named: we ship the libraries unchanged."""

_OF_CLASSIFIER: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Python Software Foundation License": "PSF-2.0",
}
_IN_WORDS: Final = {"Apache License 2.0": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0"}
UNKNOWN: Final = "unknown"


def licence_of(library: Locked) -> str:
    """Return the licence of an installed library as SPDX writes it; `unknown` if it names none."""
    says = metadata_of(library)
    if expressions := says.get_all("License-Expression"):
        return str(expressions[0])
    classifiers = [each.rpartition(" :: ")[2] for each in says.get_all("Classifier") or ()]
    known = sorted({_OF_CLASSIFIER[each] for each in classifiers if each in _OF_CLASSIFIER})
    if known:
        return " OR ".join(known)
    words = str((says.get_all("License") or [""])[0])
    return _IN_WORDS.get(words, words if words in ALLOWED else UNKNOWN)


def refused(libraries: Iterable[Locked]) -> list[str]:
    """Return the libraries that stand under no licence that we take, with the one they name."""
    return [
        f"{library.name} {library.version}: {licence}"
        for library in libraries
        if not is_allowed(licence := licence_of(library))
    ]


def is_allowed(licence: str) -> bool:
    """Return whether we take a licence: one of several to choose from, or all that apply."""
    return any(
        all(one.strip(" ()") in ALLOWED for one in re.split(r"\bAND\b", choice))
        for choice in re.split(r"\bOR\b", licence)
    )


def licences_page(lock_file: Path) -> str:
    """Return the page that lists the licences of what the layers hold."""
    rows = "\n".join(f"| {each.name} | {licence_of(each)} |" for each in locked_in(lock_file))
    return f"""# Licences of what the layers hold

Written by `make reference`, from the lock file of the layers and what the libraries say of
themselves. The gate refuses a library under another licence than
{", ".join(sorted(ALLOWED))}.
What two of them hold compiled in, and fonts and data, is told in [NOTICE](../NOTICE). `make deploy`
writes a bill of materials, in CycloneDX, with versions and digests.

| library | licence |
|---|---|
{rows}
"""
