"""How the status of a year and the history of a letter look on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from annual_review.cli.acts import LONDON
from annual_review.console import out
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import ENDS_WITHIN_IN_WORDS
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally
from annual_review.domain.year_phases import MEANING, YearPhase
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.sending_stops import SendingStep
from annual_review.services.letters.letter import Letter
from annual_review.services.year_end.watch_letters import StuckLetter
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot, counted
from annual_review.services.year_end.year_status import YearStatus
from annual_review.services.year_end.year_volume import VolumeAcceptance, in_words
from annual_review.wiring.advice import typed

_BAR: Final = 30
"""Cells of the longest bar."""

_SHOWN: Final = 10
_MAIL: Final = {
    MailMode.DIVERT: "diverted: every letter goes to the test mailbox",
    MailMode.OFF: "off: nothing is sent",
}
_HASH_SHOWN: Final = 12


class _Command(Text):
    """A command to be copied: it stays on one line, however narrow the terminal."""


def moment_of(at: datetime) -> str:
    """Return a time as it is printed: "22 July 2020, 09:02" (London)."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def show(parts: Iterable[RenderableType]) -> None:
    """Print a view: sentences are broken at the terminal's width, commands never are."""
    for part in parts:
        out.print(part, soft_wrap=isinstance(part, _Command))


def status_view(status: YearStatus, stack: str) -> Sequence[RenderableType]:
    """Return the whole view of a year: how it stands, and below it what to do."""
    steps = steps_view(status.steps, stack)
    return [*_head(status), *_standing(status), Text(), *steps, *_besides(status, stack)]


def watch_view(status: YearStatus, stack: str) -> Sequence[RenderableType]:
    """Return the view with what to do first: a small terminal may have no room for the rest."""
    steps = steps_view(status.steps, stack)
    return [*_head(status), *steps, Text(), *_standing(status), *_besides(status, stack)]


def _head(status: YearStatus) -> Sequence[RenderableType]:
    title = Text(f"Year {status.snapshot.read.year}", style="bold")
    return [title, _way(status.phase), Text()]


def _standing(status: YearStatus) -> Sequence[RenderableType]:
    parts: list[RenderableType] = [_facts(status)]
    if status.snapshot.read.facts.is_closed:
        parts += [Text(), _counts(status)]
    if status.stuck:
        parts += [Text(), _stuck(status.stuck, status.snapshot.read.names)]
    return parts


def _besides(status: YearStatus, stack: str) -> Sequence[RenderableType]:
    """Return what is told for whoever wants to know more, and is no step to take."""
    parts: list[RenderableType] = []
    for title, step in (
        ("Since the freeze", status.since_the_freeze),
        ("Not looked at", status.not_looked_at),
    ):
        if step:
            parts += [Text(), Text(title, style="bold"), *_step(step, stack, "")]
    return parts


def _way(phase: YearPhase) -> Text:
    """Draw the phases in a line, the present one marked."""
    line = Text()
    for each in YearPhase:
        if each is phase:
            line.append(f"[{each.value}]", style="bold green")
        else:
            line.append(each.value, style="" if phase.reaches(each) else "dim")
        line.append(" → " if each.next else "", style="dim")
    return line


def _facts(status: YearStatus) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    since = f" since {moment_of(status.since)}" if status.since else ""
    table.add_row("Phase", Text(f"{status.phase.value}{since}: {MEANING[status.phase]}"))
    if not status.is_noted:
        table.add_row("", Text("not recorded yet: the hourly watch will do it"))
    if status.is_under_way_again:
        again = (
            f"some letters are on their way again; all letters together are {status.proven.value}"
        )
        table.add_row("", Text(again))
    for place, reason in enumerate(status.reasons):
        table.add_row("" if place else "Not further because", Text(reason))
    for place, acceptance in enumerate(status.accepted):
        words = acceptance_of(status.snapshot.read.year, acceptance)
        table.add_row("" if place else "Volume accepted", Text(words))
    today = status.snapshot.at.date()
    for name, day in (
        ("Issue date", status.snapshot.issue_date),
        ("Publication day", status.snapshot.publication_day),
    ):
        table.add_row(
            name, Text("not set: the year has no edition yet" if day is None else _day(day, today))
        )
    if status.snapshot.publication:
        step = status.snapshot.publication
        name = step.publication[:_HASH_SHOWN]
        table.add_row("Publication", Text(f"{name} {step.state.value} since {moment_of(step.at)}"))
    if challenged := status.snapshot.challenged:
        are = counted(len(challenged), "challenge is open", "challenges are open")
        names = status.snapshot.names(challenged)
        table.add_row("Challenges", Text(f"{are}: {names}", style="yellow"))
    _add_mail(table, status)
    if status.snapshot.today and not status.snapshot.read.is_closed:
        table.add_row("Counted", Text(_counted(status.snapshot.today.national)))
    dead = [f"{queue} {count:,}" for queue, count in status.snapshot.dead_letters.items() if count]
    table.add_row("Dead letters", Text(", ".join(dead) or "none", style="red" if dead else ""))
    return table


def _add_mail(table: Table, status: YearStatus) -> None:
    if status.snapshot.mail_mode is not MailMode.LIVE:
        table.add_row("Mail", Text(_MAIL[status.snapshot.mail_mode], style="yellow"))
    for place, step in enumerate(status.sending):
        style = "red" if step == status.snapshot.stop else ""
        table.add_row("" if place else "Sending", Text(sending_of(step), style=style))


def acceptance_of(year: ReportingYear, acceptance: VolumeAcceptance) -> str:
    """Say which volume of a year was accepted, by whom, when and why."""
    seen = in_words(year, acceptance.volume)
    return f"{seen}; {acceptance.by}, {moment_of(acceptance.at)}: {acceptance.reason}"


def sending_of(step: SendingStep) -> str:
    """Say that sending was stopped or resumed, when, by whom and why."""
    at = f"{step.change.value} {moment_of(step.at)}"
    return f"{at} by {step.by}{f', {step.letter}' if step.letter else ''}: {step.why}"


def _counted(national: Tally) -> str:
    return (
        f"{_so_many(national.decisions, 'decision')}, {national.upheld:,} of them upheld;"
        f" {_so_many(national.compliance_outcomes, 'compliance outcome')}"
    )


def _so_many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _day(day: date, today: date) -> str:
    days = abs((day - today).days)
    counted = f"{days:,} {'day' if days == 1 else 'days'}"
    when = "today" if not days else f"in {counted}" if day > today else f"{counted} ago"
    return f"{day.day} {day:%B %Y}, {when}"


def _counts(status: YearStatus) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_footer=True)
    total = sum(status.counts.values())
    table.add_column("State", footer="All")
    table.add_column("Letters", justify="right", footer=f"{total:,}")
    enough = "as many as authorities" if total == status.authorities else "this does not add up"
    table.add_column("", footer=f"of {status.authorities:,}: {enough}")
    for state, count in status.counts.items():
        if count:
            bar = "█" * max(1, _BAR * count // total)
            table.add_row(state.value, f"{count:,}", Text(bar, style="cyan"))
    return table


def _stuck(stuck: Sequence[StuckLetter], names: Mapping[AuthorityCode, str]) -> Table:
    table = Table(
        title=f"Stuck for more than {ENDS_WITHIN_IN_WORDS}",
        title_justify="left",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for name in ("letter", "authority", "state", "on its way since"):
        table.add_column(name)
    for each in stuck[:_SHOWN]:
        id_ = each.letter.id
        called = Text(names.get(id_.authority, ""))
        table.add_row(id_.tag, called, each.letter.state.value, moment_of(each.since))
    if (more := len(stuck) - _SHOWN) > 0:
        table.add_row(f"and {more} more")
    return table


def steps_view(steps: Sequence[NextStep], stack: str) -> Sequence[RenderableType]:
    """Return what to do: the first step by itself, the others after it."""
    first, *others = steps
    parts: list[RenderableType] = [
        Text("What to do now", style="bold"),
        *_step(first, stack, "bold"),
    ]
    if others:
        parts += [Text(), Text("And also", style="bold")]
    for other in others:
        parts += _step(other, stack, "")
    return parts


def _step(step: NextStep, stack: str, style: str) -> Iterable[RenderableType]:
    yield Padding(Text(step.say, style=style), (0, 0, 0, 2))
    for command in step.commands:
        yield _Command(f"    $ {typed(command, stack)}", style="cyan")


def _asked_for(letter: Letter) -> str:
    """Return to whom a letter that has no recipients yet will go."""
    return f"{letter.sent_to}, once it is prepared" if letter.sent_to else "nobody yet"


def letter_view(letter: Letter, name: str) -> Sequence[RenderableType]:
    """Return one letter with its history."""
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column()
    for fact, value in (
        ("Authority", f"{letter.id.authority}  {name}"),
        ("State", f"{letter.state.value} since {moment_of(letter.since)}"),
        ("To", ", ".join(letter.recipients) or _asked_for(letter)),
        ("Attempts", str(letter.attempts)),
        ("Figures", letter.figures_sha256[:_HASH_SHOWN]),
        ("Message", (letter.message_sha256 or "not prepared")[:_HASH_SHOWN]),
        ("SES message", letter.message_id or "none"),
    ):
        facts.add_row(fact, Text(value))
    history = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("when", "state", "why"):
        history.add_column(column)
    for event in letter.history:
        history.add_row(moment_of(event.at), event.state.value, Text(event.why))
    id_ = letter.id
    title = f"Letter {id_.tag}: revision {id_.revision}, dispatch {id_.dispatch}"
    return [Text(title, style="bold"), facts, Text(), history, Text()]


def status_record(status: YearStatus, stack: str) -> Mapping[str, Any]:
    """Return the status of a year for machines."""
    snapshot = status.snapshot
    return {
        "year": snapshot.read.year.ends,
        "phase": status.phase.value,
        "since": _iso(status.since),
        "history": [
            {"at": _iso(step.at), "phase": step.phase.value, "why": step.why}
            for step in status.record.history
        ],
        "volume_accepted": [
            {
                "decisions": each.volume.decisions,
                "year_before": each.volume.before,
                "at": _iso(each.at),
                "by": each.by,
                "reason": each.reason,
            }
            for each in status.accepted
        ],
        "phase_of_present_letters": status.proven.value,
        "reasons": list(status.reasons),
        "issue_date": _iso(snapshot.issue_date),
        "publication_day": _iso(snapshot.publication_day),
        "mail_mode": snapshot.mail_mode.value,
        "sending_stopped": snapshot.stop is not None,
        "sending": [
            {
                "change": step.change.value,
                "at": _iso(step.at),
                "by": step.by,
                "why": step.why,
                "reason": step.reason.value if step.reason else None,
                "letter": step.letter or None,
            }
            for step in status.sending
        ],
        "authorities": status.authorities,
        "letters": {state.value: count for state, count in status.counts.items()},
        "adds_up": snapshot.read.facts.adds_up,
        "challenged": list(snapshot.challenged),
        "publication": snapshot.publication
        and {
            "name": snapshot.publication.publication,
            "state": snapshot.publication.state.value,
            "at": _iso(snapshot.publication.at),
        },
        "stuck": [
            {
                "letter": each.letter.id.tag,
                "state": each.letter.state.value,
                "since": _iso(each.since),
            }
            for each in status.stuck
        ],
        "dead_letters": dict(snapshot.dead_letters),
        "stopped": list(snapshot.stopped),
        "counted": _counted_record(snapshot),
        "changed_since_freeze": [
            {"authority": code, "name": snapshot.all_names.get(code, "")}
            for code in snapshot.changed
        ],
        "next_steps": _steps_record(status.steps, stack),
    }


def _counted_record(snapshot: YearSnapshot) -> Mapping[str, int]:
    if snapshot.today is None:
        return {}
    national = snapshot.today.national
    return {
        "decisions": national.decisions,
        "upheld": national.upheld,
        "compliance_outcomes": national.compliance_outcomes,
    }


def letters_record(
    letters: Iterable[Letter], steps: Sequence[NextStep], stack: str
) -> Mapping[str, Any]:
    """Return the letters of one authority for machines."""
    return {
        "letters": [
            {
                "letter": letter.id.tag,
                "revision": letter.id.revision,
                "dispatch": letter.id.dispatch,
                "state": letter.state.value,
                "recipients": list(letter.recipients),
                "attempts": letter.attempts,
                "figures_sha256": letter.figures_sha256,
                "message_sha256": letter.message_sha256,
                "message_id": letter.message_id,
                "history": [
                    {"at": _iso(event.at), "state": event.state.value, "why": event.why}
                    for event in letter.history
                ],
            }
            for letter in letters
        ],
        "next_steps": _steps_record(steps, stack),
    }


def _steps_record(steps: Iterable[NextStep], stack: str) -> list[Mapping[str, Any]]:
    return [
        {"say": step.say, "commands": [typed(each, stack) for each in step.commands]}
        for step in steps
    ]


def _iso(at: date | None) -> str | None:
    return None if at is None else at.isoformat()
