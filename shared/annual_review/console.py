"""What the commands share: progress on standard error, results on standard output, exit codes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from annual_review.services import progress as services
from annual_review.views import table as views

_PICTURES: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"},
    **dict.fromkeys(range(0x7F, 0xA0), "\N{REPLACEMENT CHARACTER}"),
}
"""What stands for a control character: its picture, or that of a character nobody can show."""


class SafeConsole(Console):
    """A console that obeys nothing which texts from outside may hold.

    Files, events and other services bring texts that a terminal would take for orders: to set its
    title, to write on a clipboard, to go back and overwrite a line.
    """

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 (rich's own options)
        """Read a text as ever, with every control character as its picture."""
        return super().render_str(text.translate(_PICTURES), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as ever, and in the same way what did not come as a plain text."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else text.translate(_PICTURES), style, control)


out = SafeConsole(highlight=False, soft_wrap=True)
"""Results: tables and paths."""

err = SafeConsole(stderr=True, highlight=False, soft_wrap=True)
"""Progress, warnings and errors."""


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    NOT_IN_ORDER = 1
    WRONG_INPUT = 2
    LINES_REJECTED = 3
    AWS_FAILED = 4


EXIT_CODES: Final[Mapping[Exit, str]] = MappingProxyType(
    {
        Exit.DONE: "done",
        Exit.NOT_IN_ORDER: "something that was asked for was left, or is not in order: the command"
        " says what and why",
        Exit.WRONG_INPUT: "wrong usage or input, or the command was refused",
        Exit.LINES_REJECTED: "lines of a file were rejected",
        Exit.AWS_FAILED: "AWS failed or did not answer: what was done stays, and running the"
        " command again is safe",
    }
)
"""What the exit codes mean, as the help and the documentation say it."""


class CommandError(Exception):
    """A command can't go on; its lines say what is wrong and what to do. `code` ends it."""

    def __init__(self, *lines: str, code: Exit = Exit.WRONG_INPUT) -> None:
        self.lines = lines
        self.code = code
        super().__init__(*lines)


_T = TypeVar("_T")


@contextlib.contextmanager
def progress(title: str, total: int | None = None) -> Iterator[services.Progress]:
    """Show a progress bar on standard error while a long step runs."""
    with Progress(
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
    ) as bar:
        task = bar.add_task(f"{title:<22}", total=total)

        def step(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield step
        if bar.tasks[0].total is None:
            bar.update(task, total=bar.tasks[0].completed)


def counting(title: str, things: Iterable[_T], total: int) -> Iterator[_T]:
    """Go through things with a progress bar; `total` says how many there are."""
    with progress(title, total) as step:
        for done, thing in enumerate(things, 1):
            yield thing
            step(done, total)


def show_table(title: str, rows: Iterable[tuple[str, object]]) -> None:
    """Print a short table of names and values."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    out.print(table)


_UNWRAPPED = 1000
"""Columns of a list that nobody reads on a terminal: its lines are not broken."""


def show_list(shown: views.Table) -> None:
    """Print rows under the names of their columns; numbers stand to the right."""
    table = Table(title=shown.title or None, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(shown.columns):
        is_number = bool(shown.rows) and all(isinstance(row[number], int) for row in shown.rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in shown.rows:
        table.add_row(*(escape(str(value)) for value in row))
    # Whoever sets COLUMNS says how wide it may be, wherever it goes.
    is_wrapped = out.is_terminal or "COLUMNS" in os.environ
    console = out if is_wrapped else SafeConsole(file=out.file, width=_UNWRAPPED)
    console.print(table)


def warn(message: str) -> None:
    """Print a warning; the command goes on."""
    err.print(f"warning: {message}", style="yellow", markup=False)
