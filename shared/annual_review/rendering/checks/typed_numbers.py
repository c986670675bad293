"""Numbers typed into the running text of an edition, where a fact of the edition should stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.text.blocks import BulletList, Heading, Paragraph

_NUMBER: Final = re.compile(r"(?<![\w.,])\d[\d,.]*(?<=\d)%?")
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}")
_UNITS: Final = frozenset({"0%", "100%", "100,000"})
"""What statistics are measured in: per 100,000 residents, up to 100%. No year changes these."""


def typed_numbers(edition: Edition) -> Iterator[str]:
    """Return each number that was typed into the text of an edition with facts.

    What a placeholder fills in and where a link leads is not typed into the text.
    """
    if edition.facts.values:
        for text in _texts(edition):
            for number in _NUMBER.findall(_PLACEHOLDER.sub(" ", text)):
                if number not in _UNITS:
                    yield number


def _texts(edition: Edition) -> Iterator[str]:
    for part in edition.text.parts:
        for block in part.blocks:
            match block:
                case Paragraph(runs=runs):
                    yield "".join(run.text for run in runs)
                case BulletList(items=items):
                    yield from ("".join(run.text for run in item) for item in items)
                case Heading(text=text):
                    yield text
                case _:
                    continue
