"""What to do now: for each moment of a year, a plain sentence and the commands that go with it.

The rules are asked in their order; what comes first is what to do first. They speak of the letters
that count: the last dispatch of the last revision of each authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from annual_review.domain.publication.history import PublicationState
from annual_review.domain.year_phases import YearPhase
from annual_review.services.advised_commands import FILL_IN, Command
from annual_review.services.wording import HASH_SHOWN, counted, day_of
from annual_review.services.year_end.letter_steps import LETTER_RULES
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot

MOST_OF_A_KIND: Final = 5
"""How many steps one rule may fill a screen with."""


def next_steps(snapshot: YearSnapshot) -> Sequence[NextStep]:
    """Return what to do, most urgent first; there is always something to be said."""
    if not snapshot.read.facts.is_closed:
        to_do = [*_stopped(snapshot), *_dead_letters(snapshot), *_not_closed(snapshot)]
        return [*to_do, *_running(snapshot, is_quiet=not to_do)]
    about_the_year = () if snapshot.only else (_stopped, _dead_letters, _not_adding_up)
    rules = (*about_the_year, *LETTER_RULES, _challenged, _to_publish)
    return [step for rule in rules for step in _first(rule(snapshot))] or [_done(snapshot)]


def since_the_freeze(snapshot: YearSnapshot) -> NextStep | None:
    """Return whose figures have changed since, and the commands that show it; `None` if nobody's.

    That is no step to take: whether a letter is re-issued, people decide.
    """
    if not (changed := snapshot.changed):
        return None
    year, code = snapshot.read.year, changed[0]
    whose = counted(len(changed), "authority", "authorities")
    first = "" if len(changed) == 1 else " of the first"
    return NextStep(
        f"The figures of {whose} have changed: {snapshot.names(changed)}. The letters print what is"
        " frozen. The first command shows all figures of today, the second what a re-issue would"
        f" change in the letter{first}.",
        (
            Command.of("figures", year, live=True),
            Command.of("reissue", year, code, reason=FILL_IN, dry_run=True),
        ),
    )


def not_looked_at(snapshot: YearSnapshot) -> NextStep | None:
    """Return what only a reading of every case of an open year would show, and the command for it.

    Too much to read each time that somebody asks how the year stands. Closing reads it, too.
    """
    if snapshot.read.is_closed or snapshot.today is None:
        return None
    if not (outcomes := snapshot.today.national.compliance_outcomes):
        return None
    year, many = snapshot.read.year, counted(outcomes, "compliance outcome", "compliance outcomes")
    its = "its" if outcomes == 1 else "their"
    return NextStep(
        f"{many} counted: whether {its} decision is recorded, under the same authority, takes"
        " reading every case. This lists those that do not fit:",
        (Command.of("reconcile", year),),
    )


def _first(steps: Iterable[NextStep]) -> Iterable[NextStep]:
    found = list(steps)
    yield from found[:MOST_OF_A_KIND]
    if (more := len(found) - MOST_OF_A_KIND) > 0:
        yield NextStep(f"There are {more} more of this kind; the report names them all.")


def _stopped(snapshot: YearSnapshot) -> Iterable[NextStep]:
    for function in snapshot.stopped:
        yield NextStep(
            f"Nothing is taken from the queue of {function}: its event source is disabled. What"
            " waits is lost after 14 days. The runbook says how to enable it, under"
            " EventSourcesDisabledAlarm."
        )


def _dead_letters(snapshot: YearSnapshot) -> Iterable[NextStep]:
    about = {
        "decisions": "could not be recorded; the figures lack them",
        "prepare": "to prepare a letter failed five times",
        "send": "to send a letter failed five times; nothing was sent by them",
        "delivery": "about mail could not be recorded; letters may be further than they seem",
    }
    for queue, count in snapshot.dead_letters.items():
        if count and queue in about:
            named = counted(count, "message", "messages")
            list_ = Command.of("dead-letters list", queue=queue)
            yield NextStep(
                f"{named} {about[queue]}. Find out why, fix the cause, then replay them.", (list_,)
            )
        elif count:
            yield NextStep(
                f"{counted(count, 'scheduled run', 'scheduled runs')} failed. See which, do by hand"
                " what it should have done, and discard it. The runbook says how, under"
                " SchedulesDeadLetterAlarm.",
                (Command.of("dead-letters list", queue=queue),),
            )


def _not_closed(snapshot: YearSnapshot) -> Iterable[NextStep]:
    year = snapshot.read.year
    if snapshot.issue_date is None:
        yield NextStep(
            f"There is no edition of {year} yet. Copy another, and edit its dates and text.",
            (Command.of("edition new", year, from_=snapshot.nearest_edition),)
            if snapshot.nearest_edition
            else (),
        )
    if snapshot.at.date() > year.last_day:
        yield NextStep(
            "The year is over but not closed. It closes automatically (on 15 April, unless"
            " deployed otherwise). If that day has passed, closing was refused: the first command"
            " says why. Deal with each reason, then close the year with the second.",
            (_close(snapshot).with_(dry_run=True), _close(snapshot)),
        )


def _running(snapshot: YearSnapshot, *, is_quiet: bool) -> Iterable[NextStep]:
    year = snapshot.read.year
    if snapshot.at.date() <= year.last_day:
        nothing = "; there is nothing to do" if is_quiet else ""
        yield NextStep(
            f"The year runs until {day_of(year.last_day)}. Decisions are being counted{nothing}."
        )


def _not_adding_up(snapshot: YearSnapshot) -> Iterable[NextStep]:
    facts = snapshot.read.facts
    if facts.missing:
        yield NextStep(
            f"No letter is planned for {snapshot.names(facts.missing)}. Close the year again: it"
            " plans what is missing and leaves the frozen figures as they are.",
            (_close(snapshot),),
        )
    if facts.too_many:
        code = facts.too_many[0]
        yield NextStep(
            "There is a letter, and there are no frozen figures, for"
            f" {snapshot.names(facts.too_many)}. See where it comes from, and hold it unless"
            " it was sent.",
            (
                Command.of("status", snapshot.read.year, code),
                Command.of("hold", snapshot.read.year, code, reason=FILL_IN),
            ),
        )


def _challenged(snapshot: YearSnapshot) -> Iterable[NextStep]:
    year, challenged = snapshot.read.year, snapshot.challenged
    if challenged and not snapshot.only:
        are = counted(len(challenged), "challenge is open", "challenges are open")
        yield NextStep(
            f"{are}: {snapshot.names(challenged)}. Nothing of them is published until they are"
            " answered: their pages say that figures and letter follow.",
            (
                Command.of("challenge list", year),
                Command.of("challenge answer", year, challenged[0], unchanged=True, reason=FILL_IN),
            ),
        )


def _to_publish(snapshot: YearSnapshot) -> Iterable[NextStep]:
    """Say what there is to do until the year is public."""
    year, step = snapshot.read.year, snapshot.publication
    if snapshot.only or not snapshot.read.proven_phase.phase.reaches(YearPhase.COMPLETE):
        return
    on = f" on {day_of(snapshot.publication_day)}" if snapshot.publication_day else ""
    if step is None:
        yield NextStep(
            f"Figures and letters are published{on}. Stage them, to be looked at and approved.",
            (Command.of("publish", year, stage=True),),
        )
        return
    name = step.publication[:HASH_SHOWN]
    if step.state is PublicationState.STAGED:
        yield NextStep(
            f"A publication is staged. Look at it, then approve it: it goes live{on}.",
            (
                Command.of("site", publication=name, out="site"),
                Command.of("publish", year, approve=name),
            ),
        )
    elif step.state is PublicationState.GOING_LIVE:
        yield NextStep(
            "The year is being published. If that was broken off, publish it again.",
            (Command.of("publish", year),),
        )
    elif step.state is PublicationState.APPROVED and snapshot.is_past_publication:
        yield NextStep(
            "A publication is approved, and its day has come. If it did not go live, publish it.",
            (Command.of("publish", year),),
        )


def _done(snapshot: YearSnapshot) -> NextStep:
    if snapshot.only:
        return NextStep("The letter came to its end; there is nothing to do.")
    is_live = snapshot.publication and snapshot.publication.state is PublicationState.LIVE
    on = f" on {day_of(snapshot.publication_day)}" if snapshot.publication_day else ""
    public = "figures and letters are public" if is_live else f"what is approved goes live{on}"
    return NextStep(
        f"Every letter came to an end, and they add up. There is nothing to do; {public}."
        " For your files, write the report.",
        (Command.of("report", snapshot.read.year),),
    )


def _close(snapshot: YearSnapshot) -> Command:
    return Command.of("close", snapshot.read.year)
