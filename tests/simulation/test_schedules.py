"""Two hundred year ends in which everything happens at once: no promise is broken in any."""

from __future__ import annotations

import pytest

from tests.simulation.playing import play_seed

# `make simulate` plays as many more as one likes, and ten thousand others are played every week.
SCHEDULES = 200
PORTION = 25


@pytest.mark.parametrize("first", range(0, SCHEDULES, PORTION))
def test_no_schedule_breaks_a_promise(first: int) -> None:
    for seed in range(first, first + PORTION):
        play_seed(seed)
