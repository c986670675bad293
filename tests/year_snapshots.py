"""Moments of a year, built for tests: some letters in some states, at some time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.year_end.next_steps import next_steps
from annual_review.services.year_end.year_phases import YearRead
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot
from tests.builders import YEAR, a_letter
from tests.worlds import ISSUE_DATE

S = LetterState
LONDON = ZoneInfo("Europe/London")
PUBLISHED = date(2020, 7, 29)


def on(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), LONDON)


IN_MAY = on(date(2020, 5, 4))
LETTERS_NOON = on(ISSUE_DATE)
DAYS_LATER = LETTERS_NOON + timedelta(days=4)


def letters(*states: LetterState, at: datetime = LETTERS_NOON, why: str = "") -> tuple[Letter, ...]:
    """Build a letter in each of some states, of authorities one after another."""
    return tuple(
        replace(
            a_letter(state, authority=f"E07{place + 75:06}"),
            attempts=1 if state not in {S.PLANNED, S.PREPARED, S.APPROVED, S.FAILED} else 0,
            history=(
                Event(at, S.PLANNED, "planned"),
                *([Event(at, S.CLAIMED, "claimed")] if state in {S.ACCEPTED, S.UNKNOWN} else []),
                Event(at, state, why or "for a test"),
            ),
        )
        for place, state in enumerate(states)
    )


def a_snapshot(*present: Letter, at: datetime = IN_MAY) -> YearSnapshot:
    names = {letter.id.authority: "A council" for letter in present}
    read = YearRead(YEAR, is_closed=True, names=names, all_letters=present)
    return YearSnapshot(read, at, ISSUE_DATE, PUBLISHED)


def first(snapshot: YearSnapshot) -> NextStep:
    return next_steps(snapshot)[0]
