from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annual_review.desk.desk import Desk
from annual_review.wiring import system
from tests.builders import NOON, YEAR
from tests.integration.desk.browsing import Person
from tests.integration.operators import Operators
from tests.integration.world import World


@pytest.fixture
def sit_down(
    deployed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Person]:
    """Seat people at desks of their own, on the same deployed system."""
    Operators(deployed, tmp_path, monkeypatch)

    def seat(name: str) -> Person:
        found = system.deployed("annual-review")
        return Person(Desk(name, YEAR, deployed=found, clock=lambda: NOON))

    return seat


@pytest.fixture
def ann(sit_down: Callable[[str], Person]) -> Person:
    """The only one at a desk."""
    return sit_down("Ann")
