from __future__ import annotations

import pytest

from annual_review.adapters import waiting


@pytest.mark.parametrize(
    ("attempt", "drawn", "seconds"),
    [(0, 0.0, 0.0), (0, 1.0, 0.05), (1, 0.5, 0.05), (3, 1.0, 0.4), (20, 1.0, 1.0)],
)
def test_a_pause_is_drawn_below_a_bound_that_doubles(
    monkeypatch: pytest.MonkeyPatch, attempt: int, drawn: float, seconds: float
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    monkeypatch.setattr(waiting, "fraction", lambda: drawn)

    waiting.pause(attempt)

    assert waits == [pytest.approx(seconds)]
