"""`docs/letters.md` shows every variant there is, and no picture is missing, left over or heavy."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from annual_review.rendering.checks.variants import variants_of
from infrastructure.pictures.page import letters_page
from infrastructure.pictures.paper import save, side_by_side
from tests.unit.rendering.variants import EDITIONS

DOCS = Path(__file__).parents[3] / "docs"
A_MEGABYTE = 1_000_000


def shown() -> set[Path]:
    page = (DOCS / "letters.md").read_text(encoding="utf-8")
    return {DOCS / name for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page)}


def test_the_page_is_that_of_the_variants_of_today() -> None:
    page = (DOCS / "letters.md").read_text(encoding="utf-8")

    assert page == letters_page(EDITIONS), "draw the pictures again: make pictures"


def test_every_variant_is_shown_in_the_latest_edition() -> None:
    latest = EDITIONS[-1]

    assert {each.name for each in variants_of(latest)} == {
        path.stem for path in shown() if path.parent.name == str(latest.year)
    }


def test_no_picture_is_missing_left_over_or_heavy() -> None:
    kept = set((DOCS / "letters").rglob("*.png"))

    assert kept == shown()
    assert sum(path.stat().st_size for path in kept) < 3 * A_MEGABYTE


def test_pages_lie_side_by_side_and_keep_their_colours(tmp_path: Path) -> None:
    red, blue = (143, 45, 18), (20, 80, 107)
    pages = [Image.new("RGB", (40, 60), colour) for colour in (red, blue)]
    save(side_by_side(pages), tmp_path / "new" / "pages.png")

    with Image.open(tmp_path / "new" / "pages.png") as picture:
        kept = picture.convert("RGB")
    assert kept.getpixel((20, 40)) == red
    assert kept.getpixel((80, 40)) == blue
