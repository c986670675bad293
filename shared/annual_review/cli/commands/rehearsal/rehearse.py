"""`annual-review rehearse`: a whole year end in memory, from events to messages; sends nothing."""

from __future__ import annotations

from pathlib import Path

from annual_review.adapters.files.note_files import read_notes
from annual_review.adapters.files.register_files import read_recipients, read_register
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.cli.commands.rehearsal.figures import (
    REJECTED,
    figures_rows,
    recording_rows,
    show_ways,
    year_folder,
)
from annual_review.console import CommandError, Exit, out, show_table, warn
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.recording import record_file
from annual_review.rehearsal.rehearsal import SENDER, Rehearsal
from annual_review.rehearsal.rehearsal_output import YearFiles, write_rehearsal
from annual_review.rehearsal.rendering_processes import letter_renderer
from annual_review.rehearsal.side_by_side import processors
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError


def rehearse_year(year: ReportingYear, files: YearFiles, into: Path, *, is_sample: bool) -> Exit:
    """Rehearse the year end of a file of events.

    Raises:
        InputFileError: The register, the recipients or the notes can't be taken.
        CommandError: No edition can be used.
        OSError: A file can't be read or written.
    """
    directory = InMemoryDirectory(
        read_register(files.authorities), read_recipients(files.recipients)
    )
    notes = read_notes(files.notes, directory.register().keys()) if files.notes else ()
    try:
        edition = edition_for(SHIPPED_EDITIONS, year)
    except EditionError as error:
        raise CommandError(str(error)) from error
    if edition.adapted_from:
        warn(
            f"no edition {year} is written yet: the letters are those of {edition.adapted_from}"
            f" with their dates moved to {edition.letter_date.year}"
        )
    folder = year_folder(into, year)
    letters_at_most = len(directory.register())
    with letter_renderer(edition, SENDER, letters_at_most, processors()) as renderer:
        recorded = record_file(files.events, directory, folder / REJECTED)
        rehearsal = Rehearsal.of(edition, directory, recorded)
        examination, close = rehearsal.close(year)
        rehearsal.load_notes(year, notes)
        rehearsal.prepare(renderer, is_sample=is_sample)
    rehearsal.send(year)
    write_rehearsal(rehearsal, folder, close, files, is_sample=is_sample)
    letters = rehearsal.letters.of_year(year)
    unsent = [letter for letter in letters if letter.state is not LetterState.ACCEPTED]
    _report_refusals(folder / "refusals.txt", examination.reasons)
    for letter in unsent:
        if letter.state is LetterState.FAILED:
            warn(f"the letter of {letter.id.authority} can't be printed: {letter.history[-1].why}")
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
        out.print(f"\nA letter to open: {_pdf(folder, to_open.id)}", markup=False)
    return show_ways(folder, recorded)


_SHOWN = 5


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


def _pdf(folder: Path, letter: LetterId) -> Path:
    return folder / "letters" / f"{letter.authority}.pdf"
