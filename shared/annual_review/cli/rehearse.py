"""`annual-review rehearse`: the whole year end in memory, from events to messages. Sends nothing.

The services are those of the deployed system; only the adapters differ. Time is not the clock's but
the year's own: it is closed in the April after it and its letters are released on their day, so the
same input gives the same output whenever it is rehearsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.adapters.memory.letters import (
    InMemoryCloseStore,
    InMemoryLetterQueue,
    InMemoryLetterStore,
)
from annual_review.adapters.memory.mail import InMemoryOutbox
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.adapters.memory.phases import InMemoryPhaseStore
from annual_review.adapters.note_files import read_notes
from annual_review.adapters.register_files import read_recipients, read_register
from annual_review.adapters.rehearsal_folder import (
    Rehearsed,
    set_aside,
    write_letters,
    write_records,
)
from annual_review.cli.console import CommandError, Exit, counting, out, progress, show_table, warn
from annual_review.cli.figures import (
    REJECTED,
    figures_rows,
    recording_rows,
    show_ways,
    year_folder,
)
from annual_review.cli.preview_inputs import write_inputs
from annual_review.cli.recording import ENDLESS, Recorded, record_file
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.paragraphs import Signed
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.edition import Edition, edition_for
from annual_review.rendering.editions import LoadedEditions
from annual_review.rendering.errors import EditionError
from annual_review.rendering.shipped import SHIPPED_EDITIONS
from annual_review.services.close_year import CloseYear, Examination
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON, authority_figures_name
from annual_review.services.errors import MissingError
from annual_review.services.letters import Close
from annual_review.services.load_notes import LoadNotes
from annual_review.services.mail_mode import MailMode
from annual_review.services.own_performance import Note
from annual_review.services.prepare_letter import PrepareLetter
from annual_review.services.release_letters import ReleaseLetters
from annual_review.services.review_letters import goes_to_successor
from annual_review.services.send_letter import SendLetter
from annual_review.services.year_phases import YearPhases

LONDON = ZoneInfo("Europe/London")
SENDER = "annual.letters@ombudsman.example"
LETTER_KINDS = ("pdf", "html", "txt", "xlsx")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The services of a year end over adapters in memory."""

    edition: Edition
    directory: InMemoryDirectory
    recorded: Recorded
    documents: InMemoryDocuments
    closes: InMemoryCloseStore
    letters: InMemoryLetterStore
    paragraphs: InMemoryParagraphStore
    to_prepare: InMemoryLetterQueue
    to_send: InMemoryLetterQueue
    outbox: InMemoryOutbox
    phases: InMemoryPhaseStore

    @classmethod
    def of(cls, edition: Edition, directory: InMemoryDirectory, recorded: Recorded) -> Rehearsal:
        """Set the stage: nothing is closed yet."""
        return cls(
            edition,
            directory,
            recorded,
            InMemoryDocuments(),
            InMemoryCloseStore(),
            InMemoryLetterStore(),
            InMemoryParagraphStore(),
            InMemoryLetterQueue(),
            InMemoryLetterQueue(),
            InMemoryOutbox(),
            InMemoryPhaseStore(),
        )

    def close(self, year: ReportingYear) -> tuple[Examination, Close]:
        """Examine and freeze the figures; a rehearsal goes on where closing would refuse."""
        service = CloseYear(
            self.recorded.cases,
            self.directory,
            self.recorded.dead_letters,
            self.documents,
            self.closes,
            self.letters,
            self.to_prepare,
            self._letter_day,
            self.year_phases,
        )
        at = datetime(year.ends, 4, 15, 6, tzinfo=LONDON)
        with progress("Closing the year") as step:
            examination = service.examine(year, at, ENDLESS, step)
        return examination, service.freeze(examination, at).close

    def load_notes(self, year: ReportingYear, notes: Sequence[Note]) -> None:
        """Load notes as if the data team had, before the letters are prepared."""
        service = LoadNotes(self.paragraphs, self.letters, InMemoryLetterQueue())
        service.load(year, notes, Signed("the rehearsal", self._letters_morning))

    def prepare(self, *, is_sample: bool) -> None:
        """Render every letter that has somebody to go to; the others stay planned."""
        service = PrepareLetter(
            self.letters,
            self.closes,
            self.documents,
            self.directory,
            self.paragraphs,
            LoadedEditions(lambda _year: self.edition, SENDER, SENDER),
            # Nobody has reviewed a rehearsal's paragraphs; it shows them as they would be read.
            approval_required=True,
            is_sample=is_sample,
        )
        for letter in counting("Preparing letters", self.to_prepare.take(), len(self.to_prepare)):
            try:
                service.prepare(letter, self._letters_morning)
            except MissingError:
                # Closing has named this letter among its reasons already.
                continue

    def send(self, year: ReportingYear) -> None:
        """Release what is prepared, as if nobody's approval were needed, into the outbox."""
        release = ReleaseLetters(
            self.letters,
            self.closes,
            self.directory,
            self.to_send,
            self._letter_day,
            approval_required=False,
        )
        release.release(year, self._letters_morning)
        service = SendLetter(
            self.letters,
            self.documents,
            self.outbox,
            approval_required=False,
            # The outbox holds what the recipients would be sent, and reaches none of them.
            mode=MailMode.LIVE,
        )
        for letter in counting("Filling the outbox", self.to_send.take(), len(self.to_send)):
            service.send(letter, self._letters_morning)

    def write(
        self, folder: Path, year: ReportingYear, close: Close, files: YearFiles, *, is_sample: bool
    ) -> None:
        """Write figures, letters and outbox; letters of an earlier rehearsal make room.

        Their texts and figures are kept as `previous`, to be compared with.

        Raises:
            OSError: Something can't be written.
        """
        set_aside(folder)
        for name in (FIGURES_CSV, FIGURES_JSON):
            (folder / name).write_bytes(self.documents.get(f"{close.folder}/{name}"))
        letters, outbox = _emptied(folder / "letters"), _emptied(folder / "outbox")
        for letter in self.letters.of_year(year):
            if letter.message_sha256:
                for kind in LETTER_KINDS:
                    content = self.documents.get(letter.key(kind))
                    (letters / f"{letter.id.authority}.{kind}").write_bytes(content)
        for id_, message in self.outbox.messages:
            (outbox / f"{id_.tag}.eml").write_bytes(message)
        self._write_records(folder, year, close)
        write_inputs(
            folder, files.authorities, files.recipients, is_sample=is_sample, notes=files.notes
        )

    def _write_records(self, folder: Path, year: ReportingYear, close: Close) -> None:
        register = self.directory.register()
        proposed = {each.authority: each for each in self.paragraphs.of_year(year)}
        letters = [
            Rehearsed(
                each,
                goes_to_successor(register, each.id.authority, self.edition.letter_date),
                len(proposed[each.id.authority].paragraphs) if each.id.authority in proposed else 0,
                len(proposed[each.id.authority].unreviewed) if each.id.authority in proposed else 0,
            )
            for each in self.letters.of_year(year)
        ]
        codes = [each.letter.id.authority for each in letters]
        records = {
            code: self.documents.get(f"{close.folder}/{authority_figures_name(code)}")
            for code in codes
        }
        write_letters(folder, year, letters)
        write_records(folder, records)

    def to_review(self, year: ReportingYear) -> int:
        """Count the paragraphs that somebody would have to review."""
        return sum(len(each.unreviewed) for each in self.paragraphs.of_year(year))

    @property
    def year_phases(self) -> YearPhases:
        """How far the year has come."""
        return YearPhases(self.phases, self.closes, self.letters, self.documents)

    @property
    def _letters_morning(self) -> datetime:
        return datetime.combine(self.edition.letter_date, time(9), LONDON)

    def _letter_day(self, _year: ReportingYear) -> date:
        return self.edition.letter_date


def _emptied(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for kind in (*LETTER_KINDS, "eml"):
        for old in folder.glob(f"*.{kind}"):
            old.unlink()
    return folder


@dataclass(frozen=True, slots=True)
class YearFiles:
    """The files a year is rehearsed from; notes are not needed."""

    authorities: Path
    recipients: Path
    events: Path
    notes: Path | None = None


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
    recorded = record_file(files.events, directory, folder / REJECTED)
    rehearsal = Rehearsal.of(edition, directory, recorded)
    examination, close = rehearsal.close(year)
    rehearsal.load_notes(year, notes)
    rehearsal.prepare(is_sample=is_sample)
    rehearsal.send(year)
    rehearsal.write(folder, year, close, files, is_sample=is_sample)
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
            ("The year is", rehearsal.year_phases.read(year).standing.phase.value),
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
