from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from annual_review.desk.desk import Desk
from annual_review.wiring import system
from tests.browser.desk.seats import Seat, a_prepared_year, seated
from tests.builders import NOON, YEAR
from tests.integration.conftest import _no_way_to_aws, _wired_again, deployed, world
from tests.integration.operators import Operators
from tests.integration.world import World

__all__ = ["_no_way_to_aws", "_wired_again", "deployed", "world"]


@pytest.fixture
def sit_down(
    deployed: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], Seat]]:
    """Seat people at desks of their own, on the same deployed system with a prepared year."""
    Operators(deployed, tmp_path, monkeypatch)
    a_prepared_year(deployed)
    with ExitStack() as ends:

        def seat(name: str) -> Seat:
            found = system.deployed("annual-review")
            desk = Desk(name, YEAR, deployed=found, clock=lambda: NOON)
            return ends.enter_context(seated(desk))

        yield seat


@pytest.fixture
def ann(sit_down: Callable[[str], Seat]) -> Seat:
    """The only one at a desk."""
    return sit_down("Ann")
