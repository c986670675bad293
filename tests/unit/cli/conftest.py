from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def where_a_review_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where `annual-review review 2020` has written a review."""
    monkeypatch.chdir(tmp_path)
    review = tmp_path / "out" / "2020" / "review" / "review.json"
    review.parent.mkdir(parents=True)
    review.touch()
