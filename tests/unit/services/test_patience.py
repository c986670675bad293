from __future__ import annotations

import pytest

from annual_review.services.patience import Patience
from tests.fakes.patience import Waiting


def test_there_is_patience_while_more_than_the_reserve_is_left() -> None:
    assert Waiting(seconds=5.1).patience().lasts()
    assert not Waiting(seconds=5.0).patience().lasts()


@pytest.mark.parametrize(("attempt", "bound"), [(0, 0.05), (1, 0.1), (2, 0.2), (5, 1.6), (6, 2.0)])
def test_the_bound_of_a_wait_doubles_with_every_attempt_up_to_a_limit(
    attempt: int, bound: float
) -> None:
    waiting = Waiting(fraction=1.0)

    waiting.patience().pause(attempt)

    assert waiting.waits == [pytest.approx(bound)]


def test_a_late_attempt_waits_no_longer_than_the_limit() -> None:
    waiting = Waiting(fraction=1.0)

    waiting.patience().pause(500)

    assert waiting.waits == [2.0]


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_jitter_is_full_a_wait_is_drawn_from_nothing_to_the_bound(fraction: float) -> None:
    waiting = Waiting(fraction=fraction)

    waiting.patience().pause(3)

    assert waiting.waits == [pytest.approx(0.4 * fraction)]


def test_no_wait_reaches_into_the_reserve() -> None:
    waiting = Waiting(seconds=5.5, fraction=1.0)

    waiting.patience().pause(6)

    assert waiting.waits == [pytest.approx(0.5)]


def test_once_the_reserve_is_touched_there_is_no_wait_at_all() -> None:
    waits: list[float] = []
    patience = Patience(seconds_left=lambda: 1.0, wait=waits.append, fraction=lambda: 1.0)

    patience.pause(0)

    assert waits == [0.0]
