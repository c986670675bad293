"""The page that shows the pictures: `docs/letters.md`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from annual_review.rendering.checks.variants import variants_of
from annual_review.rendering.checks.variants.figures import (
    variants_of_comparisons,
    variants_of_figures,
)
from annual_review.rendering.editions.edition import Edition
from infrastructure.pictures.mail import LOOKS

GREY: Final = "grey"
_INTRODUCTION: Final = """# What the letters look like

Every variant of the letter, drawn by `make pictures`. The authorities are invented and each letter
is marked as a sample; a real one is not. The same words as plain text are in
[tests/golden](../tests/golden), one file for each variant and edition.

Each picture shows the whole letter in the edition of {latest}, which prints all there is: volumes,
rates by population, cautions for small numbers, earlier years. Where figures decide, the statistics
follow in the editions before it, which print less.
"""
_OTHER_LOOKS: Final = f"""## In grey

Nothing depends on colour: the statistics of four cases without any.

![The statistics of a letter in shades of grey](letters/{GREY}.png)

## As an email

The longest letter in a mail program.
"""


def names_of_figures(edition: Edition) -> set[str]:
    """Return the variants that the figures make: those are shown of every edition."""
    made = (*variants_of_figures(edition), *variants_of_comparisons(edition))
    return {variant.name for variant in made}


def letters_page(editions: Sequence[Edition]) -> str:
    """Return the page for some editions, the latest last, as Markdown."""
    return "\n".join(_lines(editions))


def _lines(editions: Sequence[Edition]) -> Iterator[str]:
    *earlier, latest = editions
    yield _INTRODUCTION.format(latest=latest.year)
    for variant in variants_of(latest):
        title = variant.name.replace("-", " ")
        yield from (f"## {title[:1].upper()}{title[1:]}", "", variant.shows, "")
        yield from _picture(latest, variant.name, "the whole letter")
        for edition in reversed(earlier):
            if variant.name in names_of_figures(edition):
                yield from _picture(edition, variant.name, "the statistics")
    yield _OTHER_LOOKS
    for look in LOOKS:
        yield from (f"![The longest letter {look.what}](letters/{look.name}.png)", "")


def _picture(edition: Edition, name: str, what: str) -> Iterator[str]:
    path = f"letters/{edition.year}/{name}.png"
    yield f"![{name}, edition of {edition.year}: {what}]({path})"
    yield ""
