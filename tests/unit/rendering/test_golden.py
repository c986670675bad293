"""Every variant of every edition reads as it was last read and found good."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.renew import kept, letters

LETTERS = dict(letters())


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_letter_reads_as_its_golden_text(path: Path) -> None:
    golden = path.read_text(encoding="utf-8") if path.exists() else ""

    assert LETTERS[path] == golden, "if this is meant, run: python -m tests.golden.renew"


def test_no_golden_text_is_left_over() -> None:
    assert kept() == LETTERS.keys()
