"""What to do now: for each moment of a year, a plain sentence and the commands that go with it.

The rules are asked in their order; what comes first is what to do first. They speak of the letters
that count: the last dispatch of the last revision of each authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from annual_review.services.year_end.letter_steps import LETTER_RULES, complaints
from annual_review.services.year_end.moments import (
    REASON,
    USUAL_STACK,
    Moment,
    NextStep,
    counted,
    day_of,
    named,
    typed,
)

MOST_OF_A_KIND: Final = 5
"""How many steps one rule may fill a screen with."""


def next_steps(moment: Moment) -> Sequence[NextStep]:
    """Return what to do, most urgent first; there is always something to be said."""
    if not moment.read.facts.is_closed:
        return [*_dead_letters(moment), *_not_closed(moment)]
    about_the_year = () if moment.only else (_dead_letters, _not_adding_up)
    rules = (*about_the_year, *LETTER_RULES)
    steps = [step for rule in rules for step in _first(rule(moment))] or [_done(moment)]
    return [*steps, *complaints(moment)]


def _first(steps: Iterable[NextStep]) -> Iterable[NextStep]:
    found = list(steps)
    yield from found[:MOST_OF_A_KIND]
    if (more := len(found) - MOST_OF_A_KIND) > 0:
        yield NextStep(f"There are {more} more of this kind; the report names them all.")


def _dead_letters(moment: Moment) -> Iterable[NextStep]:
    about = {
        "decisions": "could not be recorded; the figures lack them",
        "prepare": "to prepare a letter failed five times",
        "send": "to send a letter failed five times; nothing was sent by them",
        "delivery": "about mail could not be recorded; letters may be further than they seem",
    }
    for queue, count in moment.dead_letters.items():
        if count and queue in about:
            named = counted(count, "message", "messages")
            list_ = moment.command(f"dead-letters list --queue {queue}")
            yield NextStep(f"{named} {about[queue]}. See why, mend it, and replay them.", (list_,))
        elif count:
            yield NextStep(
                f"{counted(count, 'scheduled run', 'scheduled runs')} failed. The runbook says"
                " what to do, under SchedulesDeadLetterAlarm."
            )


def _not_closed(moment: Moment) -> Iterable[NextStep]:
    year = moment.read.year
    if moment.issue_date is None:
        yield NextStep(
            f"There is no edition of {year} yet. Copy another, and edit its dates and text.",
            (typed(f"edition new {year} --from {moment.nearest_edition}", USUAL_STACK),)
            if moment.nearest_edition
            else (),
        )
    if moment.at.date() <= year.last_day:
        yield NextStep(
            f"The year runs until {day_of(year.last_day)}. Decisions are being counted; nothing is"
            " to be done."
        )
    else:
        yield NextStep(
            "The year is over and not closed. It is closed by itself on its day (15 April, unless"
            " deployed otherwise). If that day has passed, closing refused: the first command says"
            " why. Deal with each reason; the second closes the year.",
            (moment.command(f"close {year} --dry-run"), _close(moment)),
        )


def _not_adding_up(moment: Moment) -> Iterable[NextStep]:
    facts = moment.read.facts
    if facts.missing:
        yield NextStep(
            f"No letter is planned for {named(facts.missing)}. Close the year again: it plans"
            " what is missing and freezes nothing anew.",
            (_close(moment),),
        )
    if facts.too_many:
        code = facts.too_many[0]
        yield NextStep(
            f"There is a letter, and there are no frozen figures, for {named(facts.too_many)}."
            " See where it comes from, and hold it unless it was sent.",
            (
                moment.command(f"status {moment.read.year} {code}"),
                moment.command(f"hold {moment.read.year} {code} {REASON}"),
            ),
        )


def _done(moment: Moment) -> NextStep:
    published = f" on {day_of(moment.publication_day)}" if moment.publication_day else ""
    if moment.only:
        return NextStep("The letter came to its end; nothing is to be done.")
    return NextStep(
        f"Every letter came to an end, and they add up. Nothing is to be done; the letters are"
        f" published{published}. For your files, write the report.",
        (moment.command(f"report {moment.read.year}"),),
    )


def _close(moment: Moment) -> str:
    return moment.command(f"close {moment.read.year}")
