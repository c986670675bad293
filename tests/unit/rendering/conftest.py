"""One renderer for all: its typesetter is slow to start and keeps nothing of a letter."""

from __future__ import annotations

import pytest

from annual_review.rendering.renderer import EditionRenderer
from tests.unit.rendering.letters import a_renderer


@pytest.fixture(scope="session")
def renderer() -> EditionRenderer:
    return a_renderer()
