"""Telling how far a long step has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def no_progress(_done: int, _of: int) -> None:
    """Tell nobody."""
