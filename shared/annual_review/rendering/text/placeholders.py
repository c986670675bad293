"""Placeholders: `{{ name }}` in the texts of an edition, known by name or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
_BRACES: Final = re.compile(r"[{}]")


def placeholder_faults(text: str, known: Collection[str]) -> Iterator[str]:
    """Say what no letter can fill in: unknown names, and braces left over from a misspelling."""
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            yield f"unknown placeholder {{{{ {name} }}}}; there are: {', '.join(sorted(known))}"
    if _BRACES.search(_PLACEHOLDER.sub("", text)):
        yield "a placeholder is written {{ name }}, in small letters; here braces are left over"


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill in the placeholders of a checked text, once: what is filled in is never read again."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)
