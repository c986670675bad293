"""`annual-review import`: publish a file of past events to the bus of a deployed system.

Importing is harmless to repeat, in whole or in part: what counts is the version that an event
carries, however often it arrives. So an import that broke off is run again, and a queue that it
fills is emptied while it grows: nobody has to hold it back.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annual_review.cli.file_options import tell_how_read
from annual_review.cli.options import StackName
from annual_review.console import CommandError, Exit, out, progress, show_table, warn
from annual_review.services.errors import PortError

if TYPE_CHECKING:
    from annual_review.adapters.files.import_files import ImportFile

_SHOWN: Final = 20
_SHOW_EVERY: Final = 500
_AGAIN: Final = "What was published stays. Import the file again: that changes nothing."


class Format(StrEnum):
    """How the events of a file are written."""

    JSONL = "jsonl"
    CSV = "csv"


def import_events(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The file of past events.")
    ],
    stack: StackName = "annual-review",
    format_: Annotated[
        Format, typer.Option("--format", help="One JSON object a line, or CSV.")
    ] = Format.JSONL,
    mapping: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What the columns of a CSV file mean."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only check the file.")] = False,
    skip_rejected: Annotated[
        bool, typer.Option("--skip-rejected", help="Publish the sound lines, though others aren't.")
    ] = False,
) -> None:
    """Publish a file of past events, checked as a whole first. Importing twice changes nothing.

    Lines that can't be taken are shown, and all of them written to FILE.problems.jsonl; then
    nothing is published. If an import breaks off, run it again. What a CSV file needs is told in
    events/samples/import/README.md.

    Exit status: 0, 1 when it was stopped, 2 for wrong usage or input, 3 when lines were rejected,
    4 when AWS failed.
    """
    if (format_ is Format.CSV) != (mapping is not None):
        raise typer.BadParameter("--format csv and --mapping go together")
    from annual_review.adapters.files.csv_mapping import read_mapping
    from annual_review.adapters.files.import_files import ImportFile

    source = ImportFile(file, read_mapping(mapping) if mapping else None)
    sound, rejected = _check(source)
    if not check and sound and (skip_rejected or not rejected):
        try:
            _publish(source, stack, sound)
        except PortError as error:
            told = f"{error} ({type(error).__name__})"
            raise CommandError(told, _AGAIN, code=Exit.AWS_FAILED) from error
        except KeyboardInterrupt:
            raise CommandError("stopped", _AGAIN, code=Exit.NOT_IN_ORDER) from None
    elif not check:
        out.print("Nothing was published.")
    raise typer.Exit(Exit.LINES_REJECTED if rejected else Exit.DONE)


def _check(source: ImportFile) -> tuple[int, int]:
    """Read every line; show the first problems and write all of them down.

    Return how many are sound, and how many are not.
    """
    from annual_review.adapters.files.import_files import problems_file

    into = source.path.with_name(f"{source.path.name}.problems.jsonl")
    sound = rejected = 0
    with problems_file(into) as note, progress("Checking") as step:
        for line in source.lines(tell_how_read):
            if line.event is not None:
                sound += 1
            else:
                note(line)
                rejected += 1
                if rejected <= _SHOWN:
                    warn(f"line {line.number}: {line.problem}")
            if (sound + rejected) % _SHOW_EVERY == 0:
                step(sound + rejected, sound + rejected)
        step(sound + rejected, sound + rejected)
    show_table(f"Check of {source.path.name}", [("Sound", sound), ("Rejected", rejected)])
    if rejected:
        out.print(f"\nAll lines that can't be used: {into}", markup=False)
    return sound, rejected


def _publish(source: ImportFile, stack: str, sound: int) -> None:
    """Publish the sound lines in their order.

    Raises:
        CommandError: They are not those any more that were checked.
        PortError: The bus did not take a portion.
    """
    from annual_review.adapters.aws.event_bus import portions
    from annual_review.cli.wiring import deployed

    bus = deployed(stack).stack.bus
    published = 0
    with progress("Publishing", sound) as step:
        for portion in portions(line.event for line in source.lines() if line.event is not None):
            bus.publish(portion)
            published += len(portion)
            step(published, sound)
    if published != sound:
        raise CommandError("the file was changed while it was imported", _AGAIN)
    show_table(f"Import of {source.path.name} into {stack}", [("Published", published)])
