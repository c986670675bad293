"""Plan the letters of a close: once it is recorded, each of its letters is kept and asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState
from annual_review.services.documents import FIGURES_JSON, Documents
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import Event, Letter, LetterQueue, LetterStore
from annual_review.services.letters.letter_history import EventKind

FROZEN: Final = "the figures of the year were frozen"
"""Why the letters of a year are planned."""


@dataclass(frozen=True, slots=True)
class PlanLetters:
    """Plans letters. Doing it twice plans what was not planned."""

    documents: Documents
    letters: LetterStore
    prepare: LetterQueue

    def plan(self, close: Close, at: datetime, why: str = FROZEN) -> int:
        """Plan the letters that are not planned yet and ask for those that are not prepared.

        Returns how many letters the close has: that of every authority, or of the one that it
        re-issues.
        """
        record = json.loads(self.documents.get(f"{close.folder}/{FIGURES_JSON}"))
        known = {letter.id: letter for letter in self.letters.of_year(close.year)}
        to_prepare: list[LetterId] = []
        planned = [each for each in record["authorities"] if close.reissues in {None, each["code"]}]
        for each in planned:
            letter = LetterId(close.year, close.revision, AuthorityCode(each["code"]))
            if letter not in known:
                self.letters.plan(planned_letter(letter, each["record_sha256"], at, why))
            if letter not in known or known[letter].state is LetterState.PLANNED:
                to_prepare.append(letter)
        self.prepare.put(to_prepare)
        return len(planned)


def planned_letter(
    letter: LetterId, figures_sha256: str, at: datetime, why: str, by: str | None = None
) -> Letter:
    """Return a letter of certain frozen figures, which nothing was done about yet."""
    planned = Event(at, LetterState.PLANNED, why, EventKind.PLANNED, by=by)
    return Letter(letter, LetterState.PLANNED, figures_sha256, history=(planned,))
