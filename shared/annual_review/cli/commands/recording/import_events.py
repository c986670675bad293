"""`annual-review import`: publish a file of past events to the bus of a deployed system."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.options import StackName


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
    rate: Annotated[int, typer.Option(min=1, max=10_000, help="Events a second, at most.")] = 200,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue an import of this file that was stopped.")
    ] = False,
) -> None:
    """Publish a file of past events, checked as a whole first. Importing twice changes nothing.

    Lines that can't be taken are shown, and all of them written to FILE.problems.jsonl; then
    nothing is published. FILE.progress says how far it came. It waits while many events wait to be
    recorded. What a CSV file needs is told in events/samples/import/README.md.

    Exit status: 0, 1 when it broke off, 2 for wrong usage or input, 3 when lines were rejected.
    """
    if (format_ is Format.CSV) != (mapping is not None):
        raise typer.BadParameter("--format csv and --mapping go together")
    from annual_review.cli.commands.recording.importing import Import

    importing = Import.of(file, mapping, stack, rate)
    raise typer.Exit(importing.run(is_check=check, is_skipping=skip_rejected, is_resumed=resume))
