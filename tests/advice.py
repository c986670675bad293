"""What services advise, in the words that a person types."""

from __future__ import annotations

from annual_review.services.advised_commands import Command
from annual_review.services.year_end.year_snapshot import NextStep
from annual_review.wiring import advice


def worded(command: Command | None) -> str:
    """Return the words of a command that is advised."""
    assert command
    return advice.worded(command)


def words_of(step: NextStep) -> tuple[str, ...]:
    """Return the words of a step's commands."""
    return tuple(map(worded, step.commands))
