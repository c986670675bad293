from __future__ import annotations

import pytest

from tests.integration.world import World


@pytest.fixture
def world(moto_world: World) -> World:
    """What adapters of the table are tried on is moto's: their fakes are compared with it."""
    return moto_world
