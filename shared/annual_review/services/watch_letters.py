"""Watch the letters that are on their way: advance their years, and find those that got stuck."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import YearPhase
from annual_review.services.letters import Letter
from annual_review.services.year_phases import YearPhases, has_ended

ENDS_WITHIN: Final = timedelta(hours=72)
"""How long a letter may be on its way: mail servers give up after three days at the latest."""

SETTLES_WITHIN: Final = timedelta(hours=1)
"""How long the mail service may take to report a message of which we don't know whether it went."""

YEARS_WATCHED: Final = 3
"""A year is watched until the third year end after it: re-issues of older ones are looked after by
whoever makes them."""


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that should have come to an end by now, and since when it has been on its way."""

    letter: Letter
    since: datetime


@dataclass(frozen=True, slots=True)
class YearWatch:
    """What was found of one year: its phase, its stuck letters, and those nobody knows about."""

    year: ReportingYear
    phase: YearPhase
    stuck: tuple[StuckLetter, ...]
    unknown: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class WatchLetters:
    """Watches the letters of the last years; `letter_day` is when those of a year go out."""

    years: YearPhases
    letter_day: Callable[[ReportingYear], date]

    def watch(self, last: ReportingYear, at: datetime) -> Iterator[YearWatch]:
        """Look at a year and at the `YEARS_WATCHED - 1` before it, as far as they are closed.

        The latest comes first: trouble with the records of an old year does not hide it. `at` is
        the time in Europe/London.

        Raises:
            AlteredRecordError: Frozen figures are not those that were frozen.
            PortError: Something could not be read or written; watching again goes on from there.
        """
        for back in range(YEARS_WATCHED):
            yield from self._look_at(ReportingYear(last.ends - back), at)

    def _look_at(self, year: ReportingYear, at: datetime) -> Iterable[YearWatch]:
        read = self.years.read(year)
        if not read.facts.is_closed:
            return
        record = self.years.advance_to(read, at)
        yield YearWatch(
            year,
            record.phase,
            stuck_letters(read.letters, self.letter_day(year), at),
            overdue_unknown(read.letters, at),
        )


def stuck_letters(letters: Iterable[Letter], day: date, at: datetime) -> tuple[StuckLetter, ...]:
    """Return the letters without an end `ENDS_WITHIN` after they were on their way, oldest first.

    A letter is on its way since its last claim; one that was never claimed since its letters day
    (`day`, in the time zone of `at`), or since it was planned if that was later.
    """
    due = (
        (letter, _on_its_way_since(letter, day, at)) for letter in letters if not has_ended(letter)
    )
    stuck = [StuckLetter(letter, since) for letter, since in due if at - since > ENDS_WITHIN]
    return tuple(sorted(stuck, key=lambda each: (each.since, each.letter.id)))


def overdue_unknown(letters: Iterable[Letter], at: datetime) -> tuple[Letter, ...]:
    """Return the unknown letters that no report has settled in time: a person has to."""
    return tuple(
        letter
        for letter in letters
        if letter.state is LetterState.UNKNOWN and at - letter.since > SETTLES_WITHIN
    )


def _on_its_way_since(letter: Letter, day: date, at: datetime) -> datetime:
    claims = [event.at for event in letter.history if event.state is LetterState.CLAIMED]
    if claims:
        return claims[-1]
    return max(datetime.combine(day, time(), at.tzinfo), letter.history[0].at)
