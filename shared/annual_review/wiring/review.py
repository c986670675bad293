"""What is read and written before the letters of a deployed system are approved."""

from __future__ import annotations

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.preview import PreviewSource, paragraphs_in_memory
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.services.review.load_notes import LoadNotes
from annual_review.services.review.preview_figures import PreviewFigures
from annual_review.services.review.review_paragraphs import ReviewParagraphs
from annual_review.services.review.review_sources import KeptLetters
from annual_review.services.review.take_note_back import TakeNoteBack
from annual_review.wiring.dates import expected_issue_date
from annual_review.wiring.stores import Stores


class ReviewServices(Stores):
    """What paragraphs, notes and letters are reviewed with."""

    __slots__ = ()

    def review_paragraphs(self) -> ReviewParagraphs:
        return ReviewParagraphs(self.paragraphs, self.letters, self.stack.prepare_queue)

    def load_notes(self) -> LoadNotes:
        return LoadNotes(self.paragraphs, self.letters, self.stack.prepare_queue)

    def take_note_back(self) -> TakeNoteBack:
        return TakeNoteBack(self.paragraphs, self.letters, self.stack.prepare_queue)

    def kept_letters(self, year: ReportingYear) -> KeptLetters:
        return KeptLetters(
            year=year,
            name=f"Letters of stack {self.name}",
            letter_store=self.letters,
            close_store=self.closes,
            paragraph_store=self.paragraphs,
            directory=self.directory,
            documents=self.stack.documents,
            issue_date=expected_issue_date,
            approval_required=self.stack.approval_required,
            open_message=documents_of,
        )

    def preview_source(
        self, year: ReportingYear, code: AuthorityCode, *, is_live: bool
    ) -> PreviewSource:
        """Read what the letter of an authority is previewed from.

        Raises:
            NothingToPreviewError: The authority is not in the figures.
        """
        held = InMemoryDirectory(self.directory.register(), self.directory.recipients())
        service = PreviewFigures(self.cases, self.stack.documents, self.closes)
        frozen, is_live = service.read(year, code, held.authorities, is_live=is_live)
        code = frozen.figures.authority.code
        store = self.paragraphs
        kept = store.get(year, frozen.revision, code)
        return PreviewSource(
            frozen,
            held,
            paragraphs_in_memory(year, store.notes(year, code), kept),
            self.stack.is_sample,
            is_live=is_live,
            approval_required=self.stack.approval_required,
        )
