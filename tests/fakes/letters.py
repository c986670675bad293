"""A letter store that lets nobody break the law of the states."""

from __future__ import annotations

from collections.abc import Collection

from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.domain.letters import NOT_SENT, PROVEN_SENT, LetterId, LetterState, states_before
from annual_review.services.letters import Letter, Move


class LawfulLetterStore(InMemoryLetterStore):
    """The letter store in memory; a move that the state machine forbids fails the test."""

    def move(self, letter: LetterId, move: Move, given: Collection[LetterState]) -> Letter:
        lawful = set(states_before(move.to))
        if move.if_seen is not None:
            lawful.add(move.to)  # a note changes nothing but the history
        if move.if_attempted and move.to in PROVEN_SENT:
            lawful |= NOT_SENT  # events are proof
        lawless = set(given) - lawful
        assert not lawless, f"{sorted(lawless)} may not become {move.to}"
        return super().move(letter, move, given)
