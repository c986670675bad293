"""The deployed system that a command works on."""

from __future__ import annotations

from annual_review.adapters.stack import Stack
from annual_review.cli import wiring


def deployed(name: str) -> Stack:
    """Find the deployed system by the name of its stack.

    Raises:
        CommandError: It can't be found, or AWS can't be asked.
    """
    return wiring.deployed(name).stack
