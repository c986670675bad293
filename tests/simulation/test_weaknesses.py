"""The simulation can fail: whichever condition is taken out, some schedule finds that it is gone."""

from __future__ import annotations

import pytest

from tests.simulation.chance import Chance
from tests.simulation.schedule import Schedule
from tests.simulation.weaknesses import WEAKNESSES

MOST_SCHEDULES = 400


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_condition_that_is_taken_out_is_missed(weakness: str) -> None:
    with WEAKNESSES[weakness](), pytest.raises(AssertionError):
        for seed in range(MOST_SCHEDULES):
            Schedule(Chance(seed)).play()
