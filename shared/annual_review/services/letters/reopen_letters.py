"""Take letters back to be prepared, because what they are made from has changed.

Whoever changes something that is to be in a letter takes it back in the same write, so that the
letter can be neither approved nor sent until it is prepared with the change. Where the letter was
claimed first, the change is refused: it would reach nobody.
"""

from __future__ import annotations

from datetime import datetime

from annual_review.domain.letters import NOT_SENT, LetterState
from annual_review.services.letters.letter import Letter, Move
from annual_review.services.letters.letter_history import EventKind


def is_on_its_way(letter: Letter) -> bool:
    """Whether a letter was claimed or sent, so that nothing in it can change any more."""
    return letter.state not in NOT_SENT


def may_be_prepared(letter: Letter) -> bool:
    """Whether a letter may be rendered again.

    One of which nobody knew whether it had been sent may not, whatever a person found out later:
    its next dispatch has a state of its own.
    """
    return letter.state in NOT_SENT and not letter.was_unknown


def reopened(letter: Letter, at: datetime, why: str, by: str | None = None) -> Move:
    """Return the step that takes a letter back and forgets its approval; what is held stays held.

    The step changes the letter even where its state stays the same, so that a preparation which
    began before the change can't be recorded after it.
    """
    to = LetterState.HELD if letter.state is LetterState.HELD else LetterState.PLANNED
    return Move(to, at, why, withdraws_approval=True, kind=EventKind.TAKEN_BACK, by=by)


def asked_again(letter: Letter, at: datetime, why: str) -> Move:
    """Return the step that takes a letter back, and keeps in mind which message was approved.

    If it comes out as that very message it is approved again. A letter that failed was found
    wanting, and has to be read again.
    """
    if letter.state is LetterState.FAILED:
        return reopened(letter, at, why)
    to = LetterState.HELD if letter.state is LetterState.HELD else LetterState.PLANNED
    return Move(to, at, why, kind=EventKind.TAKEN_BACK)
