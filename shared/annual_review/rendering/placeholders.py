"""Placeholders: `{{ name }}` in the texts of an edition, known by name or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from annual_review.rendering.errors import EditionError

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_BRACES: Final = re.compile(r"\{\{|\}\}|\{%|%\}")


def check_placeholders(text: str, known: Collection[str], path: Path, line: int | None) -> None:
    """Refuse a placeholder that no letter can fill in.

    Raises:
        EditionError: A name is not known, or braces are left over from a misspelt placeholder.
    """
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            message = f"unknown placeholder {{{{ {name} }}}}; there are: {', '.join(sorted(known))}"
            raise EditionError(path, message, line)
    if _BRACES.search(_PLACEHOLDER.sub("", text)):
        message = "a placeholder is written {{ name }}, in small letters; here braces are left over"
        raise EditionError(path, message, line)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill in the placeholders of a checked text, once: what is filled in is never read again."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)
