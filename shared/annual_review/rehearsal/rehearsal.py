"""A year end in memory: the services of the deployed system over adapters that keep all in memory.

Time is not the clock's but the year's own: it is closed in the April after it and its letters are
released on their day, so the same input gives the same output whenever it is rehearsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time

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
from annual_review.adapters.memory.sending import InMemorySendingStore
from annual_review.adapters.memory.volumes import InMemoryVolumeStore
from annual_review.console import counting, progress
from annual_review.domain.letters import Act, LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.recording import ENDLESS, Recorded
from annual_review.rehearsal.rendering_processes import RenderingProcesses
from annual_review.rehearsal.side_by_side import processors, side_by_side
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.loaded_editions import OneEdition
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.dispatch.send_letter import SendLetter
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.errors import MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.own_performance import Note
from annual_review.services.letters.prepare_letter import PrepareLetter
from annual_review.services.letters.rendering import LetterRenderer
from annual_review.services.review.load_notes import LoadNotes
from annual_review.services.wording import LONDON
from annual_review.services.year_end.close_year import CloseYear
from annual_review.services.year_end.closing.examine_year import Examination
from annual_review.services.year_end.year_phases import YearPhases

SENDER = "annual.letters@ombudsman.example"


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
        letters = InMemoryLetterStore()
        return cls(
            edition,
            directory,
            recorded,
            InMemoryDocuments(),
            InMemoryCloseStore(letters),
            letters,
            InMemoryParagraphStore(letters),
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
            self._issue_date,
            self.year_phases,
            InMemoryVolumeStore(),
        )
        at = datetime(year.ends, 4, 15, 6, tzinfo=LONDON)
        with progress("Closing the year") as step:
            examination = service.examine(year, at, ENDLESS, step)
        return examination, service.freeze(examination, at).close

    def load_notes(self, year: ReportingYear, notes: Sequence[Note]) -> None:
        """Load notes as if the data team had, before the letters are prepared."""
        service = LoadNotes(self.paragraphs, self.letters, InMemoryLetterQueue())
        service.load(year, notes, Act("the rehearsal", self._letters_morning))

    def prepare(self, renderer: LetterRenderer, *, is_sample: bool) -> None:
        """Render every letter that has somebody to go to; the others stay planned."""
        service = PrepareLetter(
            self.letters,
            self.closes,
            self.documents,
            self.directory,
            self.paragraphs,
            OneEdition(self.edition, renderer),
            # Nobody has reviewed a rehearsal's paragraphs; it shows them as they would be read.
            approval_required=True,
            is_sample=is_sample,
        )

        def prepare(letter: LetterId) -> None:
            # Closing has named a letter without a recipient among its reasons already.
            with suppress(MissingError):
                service.prepare(letter, self._letters_morning)

        letters = tuple(self.to_prepare.take())
        # One thread more than processes, so that each finds its next letter waiting.
        threads = processors() + 1 if isinstance(renderer, RenderingProcesses) else processors()
        prepared = side_by_side(prepare, letters, threads)
        for _ in counting("Preparing letters", prepared, len(letters)):
            pass

    def send(self, year: ReportingYear) -> None:
        """Release what is prepared, as if nobody's approval were needed, into the outbox."""
        stops = SendingStops(InMemorySendingStore())
        release = ReleaseLetters(
            self.letters,
            self.closes,
            self.directory,
            self.to_send,
            stops,
            self._issue_date,
            approval_required=False,
        )
        release.release(year, self._letters_morning)
        service = SendLetter(
            self.letters,
            self.documents,
            self.outbox,
            stops,
            approval_required=False,
            # The outbox holds what the recipients would be sent, and reaches none of them.
            mode=MailMode.LIVE,
        )
        for letter in counting("Filling the outbox", self.to_send.take(), len(self.to_send)):
            service.send(letter, self._letters_morning)

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

    def _issue_date(self, _year: ReportingYear) -> date:
        return self.edition.letter_date
