"""Prepare a letter: render it from its frozen record, and keep what would be sent."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Protocol

from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.directory import DirectoryLookup
from annual_review.services.documents import Documents, authority_figures_name, digest, letter_key
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import FrozenAuthority, read_authority_record
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    READINGS_OF_A_LETTER,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
    replacing,
)
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.letter_recipients import mailboxes, recipient_of
from annual_review.services.letters.own_performance import (
    ParagraphsChangedError,
    ParagraphStore,
    ParagraphWriter,
    ProposedParagraphs,
    ProposeParagraphs,
)
from annual_review.services.letters.rendering import (
    XLSX,
    LetterFacts,
    LetterRenderer,
    RenderedLetter,
    UnprintableLetterError,
)
from annual_review.services.letters.reopen_letters import may_be_prepared

_S = LetterState


class Preparation(StrEnum):
    """What preparing a letter came to."""

    PREPARED = "prepared"
    UNCHANGED = "unchanged"
    TOO_LATE = "too_late"
    UNPRINTABLE = "unprintable"


class Editions(Protocol):
    """What the letters of each year are made with."""

    def renderer(self, year: ReportingYear) -> LetterRenderer:
        """Return what renders the letters of a year."""

    def issue_date(self, year: ReportingYear) -> date:
        """Return the day on which the letters of a year go out."""

    def wording(self, year: ReportingYear) -> ParagraphWriter:
        """Return what words the findings of a year."""


@dataclass(frozen=True, slots=True)
class PrepareLetter:
    """Prepares letters; the same letter again gives the same bytes.

    Paragraphs that nobody has reviewed are printed where an approval is required, so that they are
    read; the approval then waits for their review. Where none is required they are left out.
    """

    letters: LetterStore
    closes: CloseStore
    documents: Documents
    directory: DirectoryLookup
    paragraphs: ParagraphStore
    editions: Editions
    approval_required: bool
    is_sample: bool = False

    def prepare(self, letter_id: LetterId, at: datetime) -> Preparation:
        """Render a letter and keep its PDF, HTML, text, case list and complete message.

        A letter that can't be printed fails with the reason; one that is claimed or replaced is
        left as it is. What was approved stays so if the same bytes come out, and has to be read
        again if not. What is held stays held.

        Raises:
            MissingError: The letter, its frozen record or its recipient is not there.
            ConflictError: Others changed the letter all the while.
        """
        for _ in range(READINGS_OF_A_LETTER):
            # The letter first: whatever it is made from changes the letter in the same write, so
            # that nothing that is read after it can be old when the letter is recorded.
            letter = self.letters.get(letter_id)
            closes = self.closes.of_year(letter_id.year)
            if not may_be_prepared(letter) or replacing(closes, letter_id):
                return Preparation.TOO_LATE
            with suppress(LetterMovedError, ParagraphsChangedError):
                return self._prepare(letter, self._frozen(letter, closes), at)
        message = f"letter {letter_id.tag} is being changed by others: prepare it again"
        raise ConflictError(message)

    def _prepare(self, letter: Letter, frozen: FrozenAuthority, at: datetime) -> Preparation:
        proposed = ProposeParagraphs(self.paragraphs, self.editions.wording).propose(frozen, at)
        texts = proposed.texts(with_unreviewed=self.approval_required)
        try:
            rendered = self.editions.renderer(letter.id.year).render(
                facts := self._facts(letter, frozen, texts)
            )
        except UnprintableLetterError as error:
            to = _S.HELD if letter.state is _S.HELD else _S.FAILED
            unprintable = Move(to, at, str(error), kind=EventKind.UNPRINTABLE)
            self._record(letter, unprintable, proposed)
            return Preparation.UNPRINTABLE
        sha256, boxes = digest(rendered.message), mailboxes(facts.recipient)
        is_same = (letter.message_sha256, letter.recipients) == (sha256, boxes)
        if not is_same or letter.state in {_S.PLANNED, _S.FAILED}:
            self._keep(letter.id, sha256, rendered)
            self._record(letter, _rendered(letter, sha256, boxes, at), proposed)
            return Preparation.PREPARED
        if proposed.is_changed:
            self._record(letter, Move.note(letter, at, "paragraphs proposed"), proposed)
        return Preparation.UNCHANGED

    def _record(self, letter: Letter, move: Move, proposed: ProposedParagraphs) -> None:
        """Move the letter, and keep the paragraphs that were proposed for it in the same write."""
        if proposed.is_changed:
            self.paragraphs.put(proposed.paragraphs, letter, move)
        else:
            self.letters.move(letter, move)

    def _facts(
        self, letter: Letter, frozen: FrozenAuthority, paragraphs: tuple[str, ...]
    ) -> LetterFacts:
        day = self.editions.issue_date(letter.id.year)
        # Most authorities answer for themselves, and are read once.
        authority = cache(self.directory.authority)
        recipient = recipient_of(letter, day, authority, self.directory.recipient)
        own_name = frozen.figures.authority.name
        answering = authority(recipient.authority)
        return LetterFacts(
            letter=letter.id,
            figures=frozen.figures,
            recipient=recipient,
            addressed_authority=answering.name if answering else f"Successor to {own_name}",
            is_sample=self.is_sample,
            cases=frozen.cases,
            earlier=frozen.earlier,
            paragraphs=paragraphs,
            reissue=frozen.reissue,
        )

    def _frozen(self, letter: Letter, closes: Iterable[Close]) -> FrozenAuthority:
        """Return the frozen record that the letter was planned from, and no other."""
        close = {close.revision: close for close in closes}.get(letter.id.revision)
        if close is None:
            message = f"the figures of letter {letter.id.tag} are not frozen"
            raise MissingError(message)
        key = f"{close.folder}/{authority_figures_name(letter.id.authority)}"
        content = self.documents.get(key)
        if digest(content) != letter.figures_sha256:
            message = f"{key} is not the record that letter {letter.id.tag} was planned from"
            raise MissingError(message)
        return read_authority_record(content)

    def _keep(self, letter_id: LetterId, sha256: str, rendered: RenderedLetter) -> None:
        for kind, content, content_type in (
            ("pdf", rendered.pdf, "application/pdf"),
            ("html", rendered.html.encode(), "text/html; charset=utf-8"),
            ("txt", rendered.text.encode(), "text/plain; charset=utf-8"),
            ("xlsx", rendered.case_list, XLSX),
            ("eml", rendered.message, "message/rfc822"),
        ):
            self.documents.put(letter_key(letter_id, sha256, kind), content, content_type)


def _rendered(letter: Letter, sha256: str, boxes: tuple[EmailAddress, ...], at: datetime) -> Move:
    to, why = _S.PREPARED, "rendered"
    if letter.state is _S.HELD:
        to = _S.HELD
    elif letter.state is _S.APPROVED:
        why = "rendered again: it is not what was approved"
    elif letter.state is _S.PLANNED and letter.approved_sha256 == sha256:
        to, why = _S.APPROVED, "rendered again: it is the very message that was approved"
    return Move(to, at, why, message_sha256=sha256, recipients=boxes, kind=EventKind.RENDERED)
