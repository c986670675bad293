"""`annual-review notes`: what the data team noted becomes proposed paragraphs, or is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.acts import act_of, reason_of, show_end
from annual_review.cli.file_options import tell_how_read
from annual_review.cli.options import (
    AuthorityArgument,
    By,
    DryRun,
    Reason,
    StackName,
    YearArgument,
)
from annual_review.console import Exit, out, progress, show_list, show_table, warn
from annual_review.domain.own_performance import Family
from annual_review.services.advised_commands import issue_again
from annual_review.services.review.noted_paragraphs import noted_paragraphs
from annual_review.services.wording import LONDON
from annual_review.views.authority_names import spoken
from annual_review.views.paragraphs import notes_of
from annual_review.wiring.advice import REASON, typed

notes_app = typer.Typer(
    help="Load what the data team noted about authorities, list it, and take it back: notes propose"
    " paragraphs of letters.",
    no_args_is_help=True,
)


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
    file is checked as a whole first. A note that is there already is passed over; `notes remove`
    takes one back. Letters that have new notes are prepared again.

    Exit status: 0, 1 when a letter is on its way already and its note was left, 2 for wrong input.
    """
    from annual_review.adapters.files.note_files import read_notes
    from annual_review.rendering.forms.pdf import lacking_glyphs
    from annual_review.wiring.system import deployed

    system, today = deployed(stack), datetime.now(LONDON).date()
    register = system.directory.register()
    bearing = system.as_in_letters(year)
    found = [
        replace(note, authority=bearing(note.authority))
        for note in read_notes(file, register, tell_how_read, lacking_glyphs(today))
    ]
    with progress("Loading notes", 1) as step:
        report = system.load_notes().load(year, found, act_of(by), is_dry_run=dry_run)
        step(1, 1)
    for note in report.too_late:
        again = typed(issue_again(year, note.authority), stack)
        warn(
            f"{spoken(note.authority, register)}: the letter is on its way already and the note was"
            f" left. If it matters, {again}, then load it again"
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


@notes_app.command("list")
def list_notes(
    year: YearArgument,
    authority: Annotated[
        str | None, typer.Argument(metavar="[AUTHORITY]", help="Only this one.")
    ] = None,
    stack: StackName = "annual-review",
) -> None:
    """List the notes of a year: by whom they were loaded, and what they led to.

    A note becomes a paragraph when its letter is prepared; `paragraphs list` shows it before then
    as well.
    """
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    only = None if authority is None else system.authority(year, authority)
    register = system.directory.register()
    found = noted_paragraphs(system.paragraphs, year, datetime.now(LONDON))
    chosen = [each for each in found if only in {None, each.kept.authority}]
    notes = notes_of(chosen, register)
    if notes.rows:
        show_list(notes)
    else:
        out.print(f"There are no notes for the letters of {year}.")


@notes_app.command()
def remove(
    year: YearArgument,
    authority: AuthorityArgument,
    family: Annotated[Family, typer.Argument(help="The family of the note.")],
    reason: Reason,
    text: Annotated[
        str, typer.Option(help="Some of its words, where there are several of its family.")
    ] = "",
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Take a note back, before the year is closed or after: it proposes nothing any more.

    What it proposed goes when the letter is prepared again. A paragraph that somebody has reviewed
    stays: remove that with `paragraphs remove`. The note stays known, with who took it back and
    why; loading it once more proposes it once more.

    Exit status: 0, or 1 when a reviewed paragraph was left, 2 when there is no such note.
    """
    from annual_review.wiring.system import deployed

    act = act_of(by, reason_of(reason))
    system = deployed(stack)
    code = system.authority(year, authority)
    name = system.spoken(code)
    done = system.take_note_back().take_back(
        year, code, family, act, words=text, is_dry_run=dry_run
    )
    verb = "Would be taken back" if dry_run else "Taken back"
    out.print(f"{verb}, of {name}, {family.value}:", markup=False)
    out.print(f"  {done.loaded.note.text}", markup=False)
    if done.stays:
        remove_it = typed(f"paragraphs remove {year} {code} {done.stays.id} {REASON}", stack)
        warn(
            f"paragraph {done.stays.id} was reviewed ({done.stays.status.value}) and stays;"
            f" {remove_it} removes it"
        )
    then = [f"the letter is prepared again; {typed(f'status {year} {code}', stack)} shows when."]
    show_end(*then[: done.is_prepared_again], is_dry_run=dry_run)
    raise typer.Exit(Exit.NOT_IN_ORDER if done.stays else Exit.DONE)
