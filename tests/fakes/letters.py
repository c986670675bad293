"""A letter store that lets nobody break the law of the states."""

from __future__ import annotations

from collections.abc import Collection

from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.domain.letters import LetterId, LetterState, states_before
from annual_review.services.letters import Letter, Move


class LawfulLetterStore(InMemoryLetterStore):
    """The letter store in memory; a move that the state machine forbids fails the test."""

    def move(self, letter: LetterId, move: Move, given: Collection[LetterState]) -> Letter:
        lawless = set(given) - states_before(move.to)
        assert not lawless, f"{sorted(lawless)} may not become {move.to}"
        return super().move(letter, move, given)
