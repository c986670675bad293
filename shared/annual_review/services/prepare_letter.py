"""Prepare a letter: render it from its frozen record, and keep what would be sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.close_year import Directory
from annual_review.services.documents import Documents, authority_figures_name, letter_key
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.frozen_authority import FrozenAuthority, digest, read_authority_record
from annual_review.services.letter_recipients import mailboxes, recipient_of
from annual_review.services.letters import (
    CloseStore,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
)
from annual_review.services.own_performance import (
    ParagraphsChangedError,
    ParagraphStore,
    ParagraphWriter,
    ProposeParagraphs,
)
from annual_review.services.rendering import (
    XLSX,
    LetterFacts,
    LetterRenderer,
    RenderedLetter,
    UnprintableLetterError,
)

_S = LetterState
_OPEN = frozenset({_S.PLANNED, _S.PREPARED, _S.HELD, _S.APPROVED, _S.FAILED})
"""States in which a letter may be rendered anew: nobody has claimed it."""

_ROUNDS: Final = 5
"""How often a letter is rendered while others change it; then it goes back to the queue."""


def may_be_prepared(letter: Letter) -> bool:
    """Whether a letter may be rendered anew.

    One of which nobody knew whether it had been sent may not, whatever a person found out later:
    its next dispatch has a state of its own.
    """
    return letter.state in _OPEN and not letter.was_unknown


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
        ...

    def letter_day(self, year: ReportingYear) -> date:
        """Return the day on which the letters of a year go out."""
        ...

    def wording(self, year: ReportingYear) -> ParagraphWriter:
        """Return what words the findings of a year."""
        ...


@dataclass(frozen=True, slots=True)
class PrepareLetter:
    """Prepares letters; the same letter again gives the same bytes.

    Paragraphs that nobody has reviewed are printed where an approval is required, so that they are
    read; the approval then waits for their review. Where none is required they are left out.
    """

    letters: LetterStore
    closes: CloseStore
    documents: Documents
    directory: Directory
    paragraphs: ParagraphStore
    editions: Editions
    approval_required: bool
    is_sample: bool = False

    def prepare(self, letter_id: LetterId, at: datetime) -> Preparation:
        """Render a letter and keep its PDF, HTML, text, case list and complete message.

        A letter that can't be printed fails with the reason; one that is claimed already is left as
        it is. What was approved stays so if the same bytes come out, and has to be read again if
        not. What is held stays held.

        Raises:
            MissingError: The letter, its frozen record or its recipient is not there.
            ConflictError: Others changed the letter all the while.
            PortError: Something could not be read or written; preparing again goes on from there.
        """
        for _ in range(_ROUNDS):
            letter = self.letters.get(letter_id)
            if not may_be_prepared(letter):
                return Preparation.TOO_LATE
            with suppress(LetterMovedError, ParagraphsChangedError):
                return self._prepare(letter, at)
        message = f"letter {letter_id.tag} is being changed by others: prepare it again"
        raise ConflictError(message)

    def _prepare(self, letter: Letter, at: datetime) -> Preparation:
        frozen = self._frozen(letter)
        proposing = ProposeParagraphs(self.paragraphs, self.editions.wording)
        paragraphs = proposing.propose(frozen, at)
        texts = paragraphs.texts(with_unreviewed=self.approval_required)
        done = self._render(letter, self._facts(letter, frozen, texts), at)
        if done is not Preparation.UNPRINTABLE:
            # Whoever prepares last looks last whether the letter prints what is kept by now.
            proposing.mark_printed(paragraphs, texts)
        return done

    def _render(self, letter: Letter, facts: LetterFacts, at: datetime) -> Preparation:
        is_held, seen = letter.state is LetterState.HELD, len(letter.history)
        try:
            rendered = self.editions.renderer(letter.id.year).render(facts)
        except UnprintableLetterError as error:
            to = LetterState.HELD if is_held else LetterState.FAILED
            self._move(letter, Move(to, at, str(error), if_seen=seen))
            return Preparation.UNPRINTABLE
        sha256, boxes = digest(rendered.message), mailboxes(facts.recipient)
        is_same = (letter.message_sha256, letter.recipients) == (sha256, boxes)
        if is_same and letter.state not in {LetterState.PLANNED, LetterState.FAILED}:
            return Preparation.UNCHANGED
        self._keep(letter.id, sha256, rendered)
        is_lost = letter.state is LetterState.APPROVED
        why = "rendered anew: it is not what was approved" if is_lost else "rendered"
        move = Move(
            LetterState.HELD if is_held else LetterState.PREPARED,
            at,
            why,
            message_sha256=sha256,
            recipients=boxes,
            if_seen=seen,
        )
        self._move(letter, move)
        return Preparation.PREPARED

    def _move(self, letter: Letter, move: Move) -> None:
        self.letters.move(letter.id, move, {letter.state})

    def _facts(
        self, letter: Letter, frozen: FrozenAuthority, paragraphs: tuple[str, ...]
    ) -> LetterFacts:
        register, day = self.directory.register(), self.editions.letter_day(letter.id.year)
        recipient = recipient_of(letter, day, register, self.directory.recipients())
        own_name = frozen.figures.authority.name
        answering = register.get(recipient.authority)
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

    def _frozen(self, letter: Letter) -> FrozenAuthority:
        """Return the frozen record that the letter was planned from, and no other."""
        closes = {close.revision: close for close in self.closes.of_year(letter.id.year)}
        close = closes.get(letter.id.revision)
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
