"""`annual-review rehearse`: a whole year end in memory, from events to messages; sends nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from annual_review import console
from annual_review.cli.commands.rehearsal.figures import (
    REJECTED,
    Year,
    figures_rows,
    recording_rows,
    show_ways,
    year_folder,
)
from annual_review.cli.file_options import (
    INPUT,
    Authorities,
    Events,
    Out,
    Recipients,
    tell_how_read,
)
from annual_review.console import Exit, show_table, warn
from annual_review.domain.letters import LetterState
from annual_review.views.authority_names import spoken

Sample = Annotated[
    bool, typer.Option("--sample", help="Print SAMPLE on every letter: the figures are invented.")
]
_SHOWN: Final = 5


def rehearse(
    year: Year,
    authorities: Authorities,
    recipients: Recipients,
    events: Events,
    out: Out,
    notes: Annotated[
        Path | None,
        typer.Option(**INPUT, help="Notes of the data team as CSV: code,family,text."),
    ] = None,
    sample: Sample = False,
) -> None:
    """Rehearse the year end: figures, every letter, and the messages that would be sent.

    Writes what `figures` writes, and OUT/YEAR/letters/CODE.pdf, .html, .txt, .xlsx and
    OUT/YEAR/outbox/*.eml. Nothing is sent. What the figures and the notes propose to say of an
    authority's own performance is printed as it would be read, reviewed by nobody.

    Exit status: 0, or 1 when a letter could not be printed or closing would refuse such a year (it
    has not ended, has no decision, or under half or over twice as many as the year before), 3 when
    lines were rejected, 2 for wrong usage or input.
    """
    from annual_review.adapters.files.note_files import read_notes
    from annual_review.adapters.files.register_files import read_recipients, read_register
    from annual_review.adapters.memory.directory import InMemoryDirectory
    from annual_review.rehearsal.recording import record_file
    from annual_review.rehearsal.rehearsal import SENDER, Rehearsal
    from annual_review.rehearsal.rehearsal_output import YearFiles, write_rehearsal
    from annual_review.rehearsal.rendering_processes import letter_renderer
    from annual_review.rehearsal.side_by_side import processors
    from annual_review.rendering.editions.edition import edition_for
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.forms.pdf import lacking_glyphs
    from annual_review.services.processes import seldom_searching

    directory = InMemoryDirectory(
        read_register(authorities, tell_how_read), read_recipients(recipients, tell_how_read)
    )
    edition = edition_for(SHIPPED_EDITIONS, year)
    noted = (
        read_notes(notes, directory.register(), tell_how_read, lacking_glyphs(edition.letter_date))
        if notes
        else ()
    )
    if edition.adapted_from:
        warn(
            f"no edition {year} exists yet: the letters are those of {edition.adapted_from}"
            f" with their dates moved to {edition.letter_date.year}"
        )
    folder = year_folder(out, year)
    letters_at_most = len(directory.register())
    with (
        seldom_searching(),
        letter_renderer(edition, SENDER, letters_at_most, processors()) as renderer,
    ):
        recorded = record_file(events, directory, folder / REJECTED)
        rehearsal = Rehearsal.of(edition, directory, recorded)
        examination, close = rehearsal.close(year)
        rehearsal.load_notes(year, noted)
        rehearsal.prepare(renderer, is_sample=sample)
    rehearsal.send(year)
    files = YearFiles(authorities, recipients, events, notes)
    write_rehearsal(rehearsal, folder, close, files, is_sample=sample)
    letters = rehearsal.letters.of_year(year)
    unsent = [letter for letter in letters if letter.state is not LetterState.ACCEPTED]
    _report_refusals(folder / "refusals.txt", examination.reasons)
    for letter in unsent:
        if letter.state is LetterState.FAILED:
            name = spoken(letter.id.authority, directory.register())
            warn(f"the letter of {name} can't be printed: {letter.history[-1].why}")
    show_table(
        f"Rehearsal of {year}",
        [
            *recording_rows(recorded),
            *figures_rows(examination.figures),
            ("Paragraphs to review", rehearsal.to_review(year)),
            ("Letters in the outbox", len(letters) - len(unsent)),
            ("Letters not sent", len(unsent)),
            ("The year is", rehearsal.year_phases.read(year).proven_phase.phase.value),
        ],
    )
    if to_open := next((each for each in letters if each.message_sha256), None):
        pdf = folder / "letters" / f"{to_open.id.authority}.pdf"
        console.out.print(f"\nA letter to open: {pdf}", markup=False)
    code = show_ways(folder, recorded, examination.figures, examination.volume)
    is_any_unprintable = any(each.state is LetterState.FAILED for each in unsent)
    raise typer.Exit(Exit.NOT_IN_ORDER if is_any_unprintable else code)


def _report_refusals(path: Path, reasons: tuple[str, ...]) -> None:
    """Say for which reasons the real closing would refuse; the file lists all of them."""
    path.write_text("".join(f"{reason}\n" for reason in reasons), encoding="utf-8")
    if not reasons:
        return
    count = "one reason" if len(reasons) == 1 else f"{len(reasons)} reasons"
    warn(f"closing this year for real would be refused for {count}:")
    for reason in reasons[:_SHOWN]:
        warn(f"  {reason}")
    if len(reasons) > _SHOWN:
        warn(f"  … all of them are in {path}")
