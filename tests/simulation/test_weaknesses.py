"""The simulation can fail: whichever condition is taken out, some schedule finds it gone.

The same schedule is played with the condition in its place, so that the gate plays those that are
known to find something, beside those at random.
"""

from __future__ import annotations

import pytest

from tests.simulation.chance import Chance
from tests.simulation.schedule import Schedule
from tests.simulation.weaknesses import AROUND, FOUND_FROM, WEAKNESSES

MOST_SCHEDULES = 600


def play(seed: int, weakness: str) -> None:
    Schedule(Chance(seed), AROUND.get(weakness)).play()


def first_to_fail(weakness: str) -> int:
    first = FOUND_FROM.get(weakness, 0)
    for seed in range(first, first + MOST_SCHEDULES):
        try:
            play(seed, weakness)
        except AssertionError:
            return seed
    pytest.fail(f"no schedule misses {weakness}")


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_condition_that_is_taken_out_is_missed_and_alone_is_to_blame(weakness: str) -> None:
    with WEAKNESSES[weakness]():
        seed = first_to_fail(weakness)

    # The schedule that finds it gone passes now: should the code lose it, this line fails.
    play(seed, weakness)
