"""`annual-review notes`: what the data team noted becomes proposed paragraphs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.acts import act_of
from annual_review.cli.file_options import tell_how_read
from annual_review.cli.options import By, DryRun, StackName, YearArgument
from annual_review.console import Exit, out, progress, show_table, warn

notes_app = typer.Typer(
    help="Load what the data team noted about authorities: proposed paragraphs of their letters.",
    no_args_is_help=True,
)


@notes_app.callback()
def notes() -> None:
    """Notes have commands of their own, so that more can join them."""


@notes_app.command()
def load(
    year: YearArgument,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="NOTES.CSV",
            exists=True,
            dir_okay=False,
            readable=True,
            help="CSV with the columns code,family,text.",
        ),
    ],
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Load notes: each proposes a paragraph in its own words, for somebody to review.

    Families: late_answers, late_remedies, not_complied, ombudsman_not_named, earlier_years. The
    file is checked as a whole first. A note that is there already is passed over; one is changed or
    taken back with `annual-review paragraphs`. Letters that have new notes are prepared again.

    Exit status: 0, 1 when a letter is on its way already and its note was left, 2 for wrong input.
    """
    from annual_review.adapters.files.note_files import read_notes
    from annual_review.cli.advice import typed
    from annual_review.cli.wiring import deployed
    from annual_review.services.year_end.year_snapshot import REASON

    system = deployed(stack)
    found = read_notes(file, system.directory.register().keys(), tell_how_read)
    with progress("Loading notes", 1) as step:
        report = system.load_notes().load(year, found, act_of(by), is_dry_run=dry_run)
        step(1, 1)
    for note in report.too_late:
        warn(
            f"{note.authority}: the letter is on its way already and the note was left. If it"
            f" matters, {typed(f'reissue {year} {note.authority} --same-figures {REASON}', stack)},"
            " then load it again"
        )
    would = "Would be " if dry_run else ""
    rows = [
        (f"{would}loaded".capitalize(), report.new),
        ("There already", report.there_already),
        ("Left", len(report.too_late)),
        (f"Letters {would.lower()}prepared again", len(report.prepared_again)),
    ]
    show_table(f"Notes for the letters of {year}", rows)
    if dry_run:
        out.print("\nNothing was changed: this was a dry run.")
    raise typer.Exit(Exit.NOT_IN_ORDER if report.too_late else Exit.DONE)
