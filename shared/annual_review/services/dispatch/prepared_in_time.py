"""Waiting for a dispatch that somebody asked for, until it is prepared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from annual_review.domain.letters import LetterState
from annual_review.services.advised_commands import Command, Told
from annual_review.services.errors import PortError
from annual_review.services.letters.letter import Letter, LetterStore
from annual_review.services.progress import Progress, no_progress

SECONDS_TO_PREPARE: Final = 120


class NotPreparedError(PortError):
    """A letter was planned and not prepared; nothing was sent."""

    def __init__(self, letter: Letter) -> None:
        """Take the letter as it stands."""
        self.letter = letter
        why = f"is {letter.state.value}: {letter.history[-1].why}; nothing was sent"
        if letter.state is LetterState.PLANNED:
            why = f"is planned, and was not prepared within {SECONDS_TO_PREPARE} seconds."
            why += " Nothing was sent"
        super().__init__(f"letter {letter.id.tag} {why}")

    def remedy(self, told: Told) -> str:
        """Say what to do; `told` says how a command is done."""
        year, code = self.letter.id.year, self.letter.id.authority
        if self.letter.state is LetterState.PLANNED:
            again = told(Command.of("prepare", year, only=code))
            return f"{again} asks again; then approve and release it in the same way."
        return "Fix the cause, then prepare, approve and release this letter alone."


def prepared_in_time(
    letters: LetterStore,
    planned: Letter,
    wait: Callable[[int], None],
    step: Progress = no_progress,
) -> Letter:
    """Wait until a letter is prepared, and return it; `wait` blocks for that many seconds.

    Raises:
        NotPreparedError: That takes too long, or it can't be prepared.
    """
    letter = letters.get(planned.id)
    for second in range(SECONDS_TO_PREPARE):
        if letter.state is not LetterState.PLANNED:
            break
        step(second, SECONDS_TO_PREPARE)
        wait(1)
        letter = letters.get(planned.id)
    if letter.state is not LetterState.PREPARED:
        raise NotPreparedError(letter)
    return letter
