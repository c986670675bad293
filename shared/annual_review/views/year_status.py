"""How a year stands, in facts and rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Final

from annual_review.domain.letters import ENDS_WITHIN_IN_WORDS
from annual_review.domain.publication.history import PublicationStep
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally
from annual_review.domain.year_phases import MEANING
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.sending_stops import SendingStep
from annual_review.services.wording import HASH_SHOWN, counted, day_of, moment_of
from annual_review.services.year_end.closing.year_volume import VolumeAcceptance, in_words
from annual_review.services.year_end.year_snapshot import NextStep
from annual_review.services.year_end.year_status import YearStatus
from annual_review.views.table import Table

MAIL_IN_WORDS: Final = {
    MailMode.LIVE: "live: letters go to their recipients",
    MailMode.DIVERT: "diverted: every letter goes to the test mailbox",
    MailMode.OFF: "off: nothing is sent",
}
"""Where letters go, by the mode."""


class Tone(Enum):
    """How a line is meant."""

    PLAIN = auto()
    NOTICE = auto()
    ALARM = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and how it is meant."""

    says: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known of a year, in a line or several."""

    name: str
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, name: str, *says: str, tone: Tone = Tone.PLAIN) -> Fact:
        """Make a fact whose lines are all meant in the same way."""
        return cls(name, tuple(Line(each, tone) for each in says))


def facts_of(status: YearStatus) -> Sequence[Fact]:
    """Return what is known of a year, in the order in which it is told."""
    return [fact for fact in _facts(status) if fact.lines]


def _facts(status: YearStatus) -> Iterator[Fact]:
    snapshot = status.snapshot
    yield Fact.of("Phase", *_phase(status))
    yield Fact.of("Not further because", *status.reasons)
    accepted = [acceptance_of(snapshot.read.year, each) for each in status.accepted]
    yield Fact.of("Volume accepted", *accepted)
    today = snapshot.at.date()
    yield Fact.of("Issue date", _day(snapshot.issue_date, today))
    yield Fact.of("Publication day", _day(snapshot.publication_day, today))
    if snapshot.publication:
        yield Fact.of("Publication", _publication(snapshot.publication))
    if challenged := snapshot.challenged:
        are = counted(len(challenged), "challenge is open", "challenges are open")
        yield Fact.of("Challenges", f"{are}: {snapshot.names(challenged)}", tone=Tone.NOTICE)
    if snapshot.mail_mode is not MailMode.LIVE:
        yield Fact.of("Mail", MAIL_IN_WORDS[snapshot.mail_mode], tone=Tone.NOTICE)
    yield Fact(
        "Sending",
        tuple(
            Line(sending_of(step), Tone.ALARM if step == snapshot.stop else Tone.PLAIN)
            for step in status.sending
        ),
    )
    if snapshot.today and not snapshot.read.is_closed:
        yield Fact.of("Counted", _counted(snapshot.today.national))
    dead = [f"{queue} {count:,}" for queue, count in snapshot.dead_letters.items() if count]
    tone = Tone.ALARM if dead else Tone.PLAIN
    yield Fact.of("Dead letters", ", ".join(dead) or "none", tone=tone)


def _phase(status: YearStatus) -> Iterator[str]:
    since = f" since {moment_of(status.since)}" if status.since else ""
    yield f"{status.phase.value}{since}: {MEANING[status.phase]}"
    if not status.is_noted:
        yield "not recorded yet: the hourly watch will do it"
    if status.is_under_way_again:
        yield f"some letters are on their way again; all letters together are {status.proven.value}"


def acceptance_of(year: ReportingYear, acceptance: VolumeAcceptance) -> str:
    """Say which volume of a year was accepted, by whom, when and why."""
    seen = in_words(year, acceptance.volume)
    return f"{seen}; {acceptance.by}, {moment_of(acceptance.at)}: {acceptance.reason}"


def sending_of(step: SendingStep) -> str:
    """Say that sending was stopped or resumed, when, by whom and why."""
    at = f"{step.change.value} {moment_of(step.at)}"
    return f"{at} by {step.by}{f', {step.letter}' if step.letter else ''}: {step.why}"


def sum_of(status: YearStatus) -> str:
    """Say whether there are as many letters as authorities."""
    is_right = sum(status.counts.values()) == status.authorities
    enough = "as many as authorities" if is_right else "this does not add up"
    return f"of {status.authorities:,}: {enough}"


def stuck_letters_of(status: YearStatus) -> Table:
    """Return the letters that should have come to an end by now."""
    names = status.snapshot.read.names
    return Table(
        f"Stuck for more than {ENDS_WITHIN_IN_WORDS}",
        ("letter", "authority", "state", "on its way since"),
        [
            (
                each.letter.id.tag,
                names.get(each.letter.id.authority, ""),
                each.letter.state.value,
                moment_of(each.since),
            )
            for each in status.stuck
        ],
    )


def besides(status: YearStatus) -> Sequence[tuple[str, NextStep]]:
    """Return what is told under a title for whoever wants to know more, and is no step to take."""
    told = (
        ("Since the freeze", status.since_the_freeze),
        ("Not looked at", status.not_looked_at),
    )
    return [(title, step) for title, step in told if step]


def _day(day: date | None, today: date) -> str:
    if day is None:
        return "not set: the year has no edition yet"
    days = counted(abs((day - today).days), "day")
    when = "today" if day == today else f"in {days}" if day > today else f"{days} ago"
    return f"{day_of(day)}, {when}"


def _publication(step: PublicationStep) -> str:
    name = step.publication[:HASH_SHOWN]
    return f"{name} {step.state.value} since {moment_of(step.at)}"


def _counted(national: Tally) -> str:
    return (
        f"{counted(national.decisions, 'decision')}, {national.upheld:,} of them upheld;"
        f" {counted(national.compliance_outcomes, 'compliance outcome')}"
    )
