"""The golden letters: every variant of every edition as plain text, as somebody has read it.

`python -m tests.golden.renew` writes them again and prints what has changed. Read that before you
commit it: the tests hold every form of the letter to these words.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from annual_review.rendering.checks.variants import variants_of
from annual_review.rendering.editions.edition import edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.text import print_text
from annual_review.rendering.letter.compose import compose

FOLDER = Path(__file__).parent


def letters() -> Iterator[tuple[Path, str]]:
    """Go through every variant of every edition: where its text is kept, and the text of today."""
    for year in edition_years(SHIPPED_EDITIONS):
        edition = load_edition(SHIPPED_EDITIONS, year)
        for variant in variants_of(edition):
            path = FOLDER / str(year) / f"{variant.name}.txt"
            yield path, print_text(compose(edition, variant.facts))


def kept() -> set[Path]:
    return set(FOLDER.glob("*/*.txt"))


def renew() -> Iterator[str]:
    """Write what has changed, remove what belongs to no variant any more, and show the changes."""
    texts = dict(letters())
    for path in sorted(kept() | texts.keys()):
        name = f"{path.parent.name}/{path.name}"
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = texts.get(path, "")
        yield from unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="")
        if path not in texts:
            path.unlink()
        elif old != new:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    print(*renew(), sep="\n")  # noqa: T201 (a command says what it did)
