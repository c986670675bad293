"""The simulation can fail: whichever condition is taken out, some schedule finds it gone."""

from __future__ import annotations

import pytest

from tests.simulation.chance import Chance
from tests.simulation.schedule import Schedule
from tests.simulation.weaknesses import AROUND, FOUND_FROM, WEAKNESSES

# Hundreds of runs at random are not measured: that would take as long again, and what they alone
# reach still wants a test of its own.
pytestmark = pytest.mark.no_cover

MOST_SCHEDULES = 600


def play_until_one_fails(weakness: str) -> None:
    first = FOUND_FROM.get(weakness, 0)
    for seed in range(first, first + MOST_SCHEDULES):
        Schedule(Chance(seed), AROUND.get(weakness)).play()


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_condition_that_is_taken_out_is_missed(weakness: str) -> None:
    with WEAKNESSES[weakness](), pytest.raises(AssertionError):
        play_until_one_fails(weakness)
