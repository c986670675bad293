"""Days on which something had to happen to a year by itself, and did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from annual_review.domain.letters import LetterState
from annual_review.domain.year_phases import YearPhase
from annual_review.services.year_end.year_phases import YearRead

TOLD_FOR: Final = timedelta(days=60)
"""How long a day that passed is told of: by then somebody has decided otherwise, or it is a system
that came to hold the year only later."""


class Overdue(StrEnum):
    """What did not happen; each is counted under its name."""

    YEAR_END = "year_end_overdue"
    LETTERS_DAY = "letters_day_overdue"
    PUBLICATION = "publication_overdue"


@dataclass(frozen=True, slots=True)
class DueDays:
    """The days of a year: it is closed, its letters go out, it is published."""

    year_end: date
    letters: date
    publication: date


def overdue(read: YearRead, phase: YearPhase, days: DueDays, today: date) -> tuple[Overdue, ...]:
    """Return what had to happen before today and did not; `phase` is how far the year came."""
    if not read.is_closed:
        return (Overdue.YEAR_END,) if _has_passed(days.year_end, today) else ()
    missed = []
    if _has_passed(days.letters, today) and _was_forgotten(read):
        missed.append(Overdue.LETTERS_DAY)
    if _has_passed(days.publication, today) and not phase.reaches(YearPhase.PUBLISHED):
        missed.append(Overdue.PUBLICATION)
    return tuple(missed)


def _has_passed(day: date, today: date) -> bool:
    return day < today <= day + TOLD_FOR


def _was_forgotten(read: YearRead) -> bool:
    """Whether there are letters to send, and nobody has tried with a single one."""
    to_send = [letter for letter in read.letters if letter.state is not LetterState.HELD]
    return bool(to_send) and not any(letter.attempts for letter in read.all_letters)
