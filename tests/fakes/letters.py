"""A letter store that lets nobody break the law of the states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from typing import Final

from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.domain.letters import NOT_SENT, PROVEN_SENT, may_become
from annual_review.services.letters.letter import Letter, LetterMove

MISLEADING: Final = (
    "",
    "Bounce Transient General",
    "Bounce Permanent General",
    "a copy: Bounce Permanent General",
    "about to be sent, diverted to the test mailbox",
    "settled as delivered by a.person",
    "replaced by revision 2",
)
"""Words out of which a program could read something that did not happen."""


class LawfulLetterStore(InMemoryLetterStore):
    """The letter store in memory; a move that the state machine forbids fails the test."""

    def move_all(self, moves: Sequence[LetterMove]) -> Sequence[Letter]:
        for letter, move in moves:
            before, then = letter.state, move.to
            is_note = then is before  # it changes nothing but the history
            is_proof = before in NOT_SENT and letter.attempts > 0 and then in PROVEN_SENT
            assert is_note or is_proof or may_become(before, then), f"{before} to {then}"
        return super().move_all(moves)


class RewordingLetterStore(LawfulLetterStore):
    """Puts other words, in turn, into every line that is added to a history."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = cycle(words)

    def move_all(self, moves: Sequence[LetterMove]) -> Sequence[Letter]:
        return super().move_all(
            [(letter, replace(move, why=next(self._words))) for letter, move in moves]
        )
