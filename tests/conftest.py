"""For all tests: how hypothesis looks for examples, what begins first, and what is not measured.

Examples are the same ones every time in CI, and ever new ones elsewhere. `make quick` tries few.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", settings.get_profile("local"), derandomize=True, database=None, print_blob=True
)
settings.register_profile("quick", settings.get_profile("local"), max_examples=10)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Workers set it for their own reports; commands would take it for the width that somebody wants.
os.environ.pop("COLUMNS", None)

_SLOWEST: Final = (
    "tests/simulation/",
    "tests/local/",
    "tests/verify/",
    "tests/browser/",
)

_NOT_MEASURED: Final = ("tests/simulation/", "tests/browser/")
"""What they reach has tests of its own, and a browser is not on every machine."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the slowest files where workers share the tests: none is left for the end.

    What plays many runs at random is not measured: coverage doubles its time, and what it alone
    reaches still wants a test of its own.
    """
    for item in items:
        is_at_random = is_hypothesis_test(getattr(item, "obj", None))
        is_elsewhere = item.nodeid.startswith(_NOT_MEASURED)
        if is_at_random or is_elsewhere or item.get_closest_marker("thorough"):
            item.add_marker(pytest.mark.no_cover)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(_SLOWEST))
