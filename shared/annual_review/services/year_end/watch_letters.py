"""Watch the letters of the last years: advance the years, and find letters that got stuck.

What a closing or a re-issue left undone when it ended in the middle is taken up again here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from annual_review.domain.letters import ENDS_WITHIN, LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import YearPhase
from annual_review.services.dispatch.sending_stops import SendingStep, SendingStops
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.year_end.overdue_days import DueDays, Overdue, overdue
from annual_review.services.year_end.year_phases import YearPhases, YearRead, has_ended

SETTLES_WITHIN: Final = timedelta(hours=1)
"""How long the mail service may take to report a message of which we don't know whether it went."""

PREPARED_WITHIN: Final = timedelta(hours=1)
"""How long a letter may wait to be prepared: a whole year's take minutes."""

ASKED_AGAIN_WITHIN: Final = timedelta(hours=6)
"""How long a letter that waits to be prepared is asked for again, at every watch: a request that
was lost comes again, and one that keeps failing is left to a person."""

YEARS_WATCHED: Final = 3
"""A year is watched until the third year end after it: re-issues of older ones are looked after by
whoever makes them."""


def years_watched(last: ReportingYear) -> Sequence[ReportingYear]:
    """Return the years whose letters are looked after, the latest first."""
    return [ReportingYear(last.ends - back) for back in range(YEARS_WATCHED)]


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that should have come to an end by now, and since when it has been on its way."""

    letter: Letter
    since: datetime


@dataclass(frozen=True, slots=True)
class YearWatch:
    """What was found of one year: its phase, its stuck letters, and those nobody knows about.

    `taken_up` are the letters that were asked for again, and those that had not been planned.
    `overdue` is what did not happen on its day. `stale` are letters whose approval is one of other
    bytes than those that are prepared: they are never sent.
    `stop` is why no letter is sent, where sending is stopped.
    """

    year: ReportingYear
    phase: YearPhase
    stuck: tuple[StuckLetter, ...]
    unknown: tuple[Letter, ...]
    taken_up: tuple[LetterId, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    stale: tuple[Letter, ...] = ()
    stop: SendingStep | None = None


@dataclass(frozen=True, slots=True)
class WatchLetters:
    """Watches the letters of the last years, and the days on which something is due."""

    years: YearPhases
    planning: PlanLetters
    stops: SendingStops
    days: Callable[[ReportingYear], DueDays]

    def watch(self, last: ReportingYear, at: datetime) -> Iterator[YearWatch]:
        """Look at a year and at the `YEARS_WATCHED - 1` before it.

        One that is not closed is told only if it should be.

        The latest comes first: trouble with the records of an old year does not hide it. `at` is
        the time in Europe/London.

        Raises:
            AlteredRecordError: Frozen figures are not those that were frozen.
        """
        for year in years_watched(last):
            yield from self._look_at(year, at)

    def _look_at(self, year: ReportingYear, at: datetime) -> Iterable[YearWatch]:
        read, days = self.years.read(year), self.days(year)
        if not read.facts.is_closed:
            if missed := overdue(read, YearPhase.OPEN, days, at.date()):
                yield YearWatch(year, YearPhase.OPEN, (), (), overdue=missed)
            return
        taken_up = self._take_up(read, at)
        if read.facts.missing:
            read = self.years.read(year)
        record = self.years.advance_to(read, at)
        yield YearWatch(
            year,
            record.phase,
            stuck_letters(read.letters, days.letters, at),
            overdue_unknown(read.letters, at),
            taken_up,
            overdue(read, record.phase, days, at.date()),
            stale_approvals(read.letters),
            self.stops.record(year).stop,
        )

    def _take_up(self, read: YearRead, at: datetime) -> tuple[LetterId, ...]:
        """Plan the letters that are missing, and ask again for those that wait to be prepared."""
        missing: list[LetterId] = []
        if read.facts.missing:
            for close in self.years.closes.of_year(read.year):
                self.planning.plan(close, at)
            missing = [
                LetterId(read.year, read.revisions[code], code) for code in read.facts.missing
            ]
        waiting = [
            letter.id
            for letter in read.letters
            if letter.state is LetterState.PLANNED
            and PREPARED_WITHIN < at - letter.history[-1].at <= ASKED_AGAIN_WITHIN
        ]
        self.planning.prepare.put(waiting)
        return (*missing, *waiting)


def stuck_letters(letters: Iterable[Letter], day: date, at: datetime) -> tuple[StuckLetter, ...]:
    """Return the letters without an end `ENDS_WITHIN` after they were on their way, oldest first.

    A letter is on its way since its last claim; one that was never claimed since its issue date
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


def stale_approvals(letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """Return the letters that are approved, but not as they are prepared now."""
    approved = (letter for letter in letters if letter.state is LetterState.APPROVED)
    return tuple(letter for letter in approved if not letter.is_approved)


def _on_its_way_since(letter: Letter, day: date, at: datetime) -> datetime:
    claims = [event.at for event in letter.history if event.state is LetterState.CLAIMED]
    if claims:
        return claims[-1]
    return max(datetime.combine(day, time(), at.tzinfo), letter.history[0].at)
