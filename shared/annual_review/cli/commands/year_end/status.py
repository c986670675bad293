"""`annual-review status`: how a year stands and what to do next, once or until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import UTC, datetime
from time import sleep

from rich.console import Group
from rich.live import Live
from rich.text import Text

from annual_review.cli.advice import typed
from annual_review.cli.commands.year_end.status_view import (
    letter_view,
    letters_record,
    moment_of,
    show,
    status_record,
    status_view,
    steps_view,
)
from annual_review.cli.commands.year_end.year_reader import YearReader
from annual_review.cli.deployed import deployed
from annual_review.cli.options import authority_code
from annual_review.console import CommandError, Exit, out
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import PortError

_SECONDS = 5.0


def show_status(
    stack: str, year: ReportingYear, authority: str | None, *, is_watch: bool, is_json: bool
) -> Exit:
    """Show how a year stands, or the letters of one authority.

    Raises:
        CommandError: The stack can't be found, or there is nothing to be shown.
        PortError: Something could not be read.
    """
    reader = YearReader(deployed(stack), stack, year)
    if authority is not None:
        _show_letters(reader, authority_code(authority), is_json=is_json)
    elif is_json:
        _write(status_record(reader.status(datetime.now(UTC)), stack))
    elif is_watch and out.is_terminal:
        _watch(reader)
    else:
        show(status_view(reader.status(datetime.now(UTC)), stack))
    return Exit.DONE


def _watch(reader: YearReader) -> None:
    """Redraw the status until Ctrl-C; a moment in which AWS does not answer is waited out."""
    view = status_view(reader.status(datetime.now(UTC)), reader.name)
    with contextlib.suppress(KeyboardInterrupt), Live(console=out, screen=True) as live:
        note = ""
        while True:
            looked = f"Looked at {moment_of(datetime.now(UTC))}. {note}Ctrl-C ends."
            live.update(Group(*view, Text(), Text(looked, style="dim")), refresh=True)
            sleep(_SECONDS)
            try:
                view = status_view(reader.status(datetime.now(UTC)), reader.name)
                note = ""
            except PortError as error:
                note = f"No answer just now ({error}); this is how it stood before. "
    show(view)


def _show_letters(reader: YearReader, code: AuthorityCode, *, is_json: bool) -> None:
    found = reader.status(datetime.now(UTC), only=code)
    letters = [each for each in found.snapshot.read.all_letters if each.id.authority == code]
    if not letters:
        raise CommandError(
            f"{code} has no letter in {reader.year}.",
            f"{typed(f'status {reader.year}', reader.name)} says how the year stands.",
        )
    if is_json:
        _write(letters_record(letters, found.steps, reader.name))
        return
    for letter in letters:
        show(letter_view(letter))
    show(steps_view(found.steps, reader.name))


def _write(record: object) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
