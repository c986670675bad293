from __future__ import annotations

import pytest

from tests.integration.contract.stores import Stores, in_memory, in_the_table
from tests.integration.world import World


@pytest.fixture(params=["memory", "table"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Both kinds of adapters keep the same promises."""
    if request.param == "memory":
        return in_memory()
    world: World = request.getfixturevalue("moto_world")
    return in_the_table(world.table)
