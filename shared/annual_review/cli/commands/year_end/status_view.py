"""How the status of a year and the history of a letter look on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from annual_review.console import out
from annual_review.domain.year_phases import YearPhase
from annual_review.services.letters.letter import Letter
from annual_review.services.year_end.year_snapshot import NextStep
from annual_review.services.year_end.year_status import YearStatus
from annual_review.views import letters, table
from annual_review.views.year_status import (
    Tone,
    besides,
    facts_of,
    stuck_letters_of,
    sum_of,
)
from annual_review.wiring.advice import typed

_BAR: Final = 30
"""Cells of the longest bar."""

_SHOWN: Final = 10
_STYLES: Final = {Tone.PLAIN: "", Tone.NOTICE: "yellow", Tone.ALARM: "red"}


class _Command(Text):
    """A command to be copied: it stays on one line, however narrow the terminal."""


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
        parts += [Text(), _stuck(stuck_letters_of(status))]
    return parts


def _besides(status: YearStatus, stack: str) -> Sequence[RenderableType]:
    return [
        part
        for title, step in besides(status)
        for part in (Text(), Text(title, style="bold"), *_step(step, stack, ""))
    ]


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
    table = _table_of_facts()
    for fact in facts_of(status):
        for number, line in enumerate(fact.lines):
            name = "" if number else fact.name
            table.add_row(name, Text(line.says, style=_STYLES[line.tone]))
    return table


def _table_of_facts() -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    return table


def _table(of: table.Table, most: int | None = None) -> Table:
    found = Table(title=of.title or None, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in of.columns:
        found.add_column(column)
    for row in of.rows[:most]:
        found.add_row(*(Text(str(cell)) for cell in row))
    return found


def _counts(status: YearStatus) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_footer=True)
    total = sum(status.counts.values())
    table.add_column("State", footer="All")
    table.add_column("Letters", justify="right", footer=f"{total:,}")
    table.add_column("", footer=sum_of(status))
    for state, count in status.counts.items():
        if count:
            bar = "█" * max(1, _BAR * count // total)
            table.add_row(state.value, f"{count:,}", Text(bar, style="cyan"))
    return table


def _stuck(stuck: table.Table) -> Table:
    shown = _table(stuck, _SHOWN)
    if (more := len(stuck.rows) - _SHOWN) > 0:
        shown.add_row(f"and {more} more")
    return shown


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


def letter_view(letter: Letter, name: str) -> Sequence[RenderableType]:
    """Return one letter with its history."""
    facts = _table_of_facts()
    for fact, value in letters.facts_of(letter, name):
        facts.add_row(fact, Text(value))
    history = _table(letters.history_of(letter))
    title = Text(letters.title_of(letter), style="bold")
    return [title, facts, Text(), history, Text()]
