"""`annual-review status`: how a year stands and what to do next, once or until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live
from rich.text import Text

from annual_review.cli.commands.year_end.fitted import Fitted
from annual_review.cli.commands.year_end.status_record import letters_record, status_record
from annual_review.cli.commands.year_end.status_view import (
    letter_view,
    show,
    status_view,
    steps_view,
    watch_view,
)
from annual_review.cli.options import StackName, YearArgument
from annual_review.console import CommandError, out
from annual_review.domain.authorities import AuthorityCode
from annual_review.services.errors import PortError
from annual_review.services.wording import moment_of
from annual_review.wiring.advice import typed

if TYPE_CHECKING:
    from annual_review.wiring.year_reader import YearReader

_SECONDS = 5.0


def status(
    year: YearArgument,
    authority: Annotated[
        str | None,
        typer.Argument(
            metavar="[AUTHORITY]",
            help="Its code or a part of its name: the history of its letters.",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every few seconds, until Ctrl-C.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    stack: StackName = "annual-review",
) -> None:
    """Show how a year stands, what is stuck, and what to do next. It changes nothing.

    With an authority it shows the history of that authority's letters instead: when
    each went to which state, why, and to whom. --watch needs a terminal; elsewhere it shows once.

    Exit status: 0, or 2 when the year or the letters can't be shown.
    """
    from annual_review.wiring.system import deployed
    from annual_review.wiring.year_reader import YearReader

    if as_json and watch:
        raise typer.BadParameter("--json shows one moment: leave out --watch")
    reader = YearReader(deployed(stack), year)
    if authority is not None:
        code = reader.system.authority(year, authority)
        _show_letters(reader, code, is_json=as_json)
    elif as_json:
        _write(status_record(reader.status(datetime.now(UTC)), stack))
    elif watch and out.is_terminal:
        _watch(reader)
    else:
        show(status_view(reader.status(datetime.now(UTC)), stack))


def _watch(reader: YearReader) -> None:
    """Redraw the status until Ctrl-C; a moment in which AWS does not answer is waited out."""
    found = reader.status(datetime.now(UTC))
    stack = reader.system.name
    with contextlib.suppress(KeyboardInterrupt), Live(console=out, screen=True) as live:
        note = ""
        while True:
            looked = Text(f"Looked at {moment_of(datetime.now(UTC))}. {note}Ctrl-C ends.", "dim")
            live.update(Fitted(watch_view(found, stack), looked), refresh=True)
            sleep(_SECONDS)
            try:
                found = reader.status(datetime.now(UTC))
                note = ""
            except PortError as error:
                note = f"No answer just now ({error}); this is how it stood before. "
    show(status_view(found, stack))


def _show_letters(reader: YearReader, code: AuthorityCode, *, is_json: bool) -> None:
    found = reader.status(datetime.now(UTC), only=code)
    letters = [each for each in found.snapshot.read.all_letters if each.id.authority == code]
    if not letters:
        raise CommandError(
            f"{code} has no letter in {reader.year}.",
            f"{typed(f'status {reader.year}', reader.system.name)} says how the year stands.",
        )
    if is_json:
        _write(letters_record(letters, found.steps, reader.system.name))
        return
    for letter in letters:
        show(letter_view(letter, found.snapshot.read.names.get(code, "")))
    show(steps_view(found.steps, reader.system.name))


def _write(record: object) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
