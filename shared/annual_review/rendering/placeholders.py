"""Placeholders: `{{ name }}` in the texts of an edition, known by name or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from annual_review.rendering.errors import EditionError

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_BRACES: Final = re.compile(r"\{\{|\}\}|\{%|%\}")


def placeholder_faults(text: str, known: Collection[str]) -> Iterator[str]:
    """Say what no letter can fill in: unknown names, and braces left over from a misspelling."""
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            yield f"unknown placeholder {{{{ {name} }}}}; there are: {', '.join(sorted(known))}"
    if _BRACES.search(_PLACEHOLDER.sub("", text)):
        yield "a placeholder is written {{ name }}, in small letters; here braces are left over"


def check_placeholders(text: str, known: Collection[str], path: Path, line: int | None) -> None:
    """Refuse a placeholder that no letter can fill in.

    Raises:
        EditionError: A name is not known, or braces are left over from a misspelt placeholder.
    """
    for fault in placeholder_faults(text, known):
        raise EditionError(path, fault, line)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill in the placeholders of a checked text, once: what is filled in is never read again."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)
