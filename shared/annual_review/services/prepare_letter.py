"""Prepare a letter: render it from its frozen record, and keep what would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.close_year import Directory
from annual_review.services.documents import Documents, authority_figures_name, letter_key
from annual_review.services.errors import MissingError
from annual_review.services.frozen_authority import FrozenAuthority, digest, read_authority_record
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

_OPEN = frozenset({LetterState.PLANNED, LetterState.PREPARED, LetterState.FAILED})
"""States in which a letter may still be rendered anew: nobody has approved or claimed it."""

_ROUNDS: Final = 3
"""How often a letter is rendered while its paragraphs change; then it goes back to the queue."""


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

        A letter that can't be printed fails with the reason; one that is approved or claimed
        already is left as it is.

        Raises:
            MissingError: The letter, its frozen record or its recipient is not there.
            PortError: Something could not be read or written; preparing again goes on from there.
        """
        for _ in range(_ROUNDS - 1):
            with suppress(ParagraphsChangedError):
                return self._prepare(letter_id, at)
        return self._prepare(letter_id, at)

    def _prepare(self, letter_id: LetterId, at: datetime) -> Preparation:
        letter = self.letters.get(letter_id)
        if letter.state not in _OPEN:
            return Preparation.TOO_LATE
        frozen = self._frozen(letter)
        proposing = ProposeParagraphs(self.paragraphs, self.editions.wording)
        paragraphs = proposing.propose(frozen, at)
        texts = paragraphs.texts(with_unreviewed=self.approval_required)
        done = self._render(letter, self._facts(letter, frozen, texts), at)
        if done in {Preparation.PREPARED, Preparation.UNCHANGED}:
            # Whoever prepares last looks last whether the letter prints what is kept by now.
            proposing.mark_printed(paragraphs, texts)
        return done

    def _render(self, letter: Letter, facts: LetterFacts, at: datetime) -> Preparation:
        letter_id = letter.id
        try:
            rendered = self.editions.renderer(letter_id.year).render(facts)
        except UnprintableLetterError as error:
            move = Move(LetterState.FAILED, at, str(error))
            return self._move(letter_id, move, Preparation.UNPRINTABLE)
        sha256 = digest(rendered.message)
        if letter.state is LetterState.PREPARED and letter.message_sha256 == sha256:
            return Preparation.UNCHANGED
        self._keep(letter_id, sha256, rendered)
        to = facts.recipient
        move = Move(
            LetterState.PREPARED,
            at,
            "rendered",
            message_sha256=sha256,
            recipients=(to.email, *to.copies),
        )
        return self._move(letter_id, move, Preparation.PREPARED)

    def _move(self, letter_id: LetterId, move: Move, done: Preparation) -> Preparation:
        try:
            self.letters.move(letter_id, move, _OPEN)
        except LetterMovedError:
            return Preparation.TOO_LATE
        return done

    def _facts(
        self, letter: Letter, frozen: FrozenAuthority, paragraphs: tuple[str, ...]
    ) -> LetterFacts:
        register, day = self.directory.register(), self.editions.letter_day(letter.id.year)
        recipient = recipient_on(letter.id.authority, day, register, self.directory.recipients())
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


def recipient_on(
    code: AuthorityCode,
    day: date,
    register: Register,
    recipients: Mapping[AuthorityCode, Recipient],
) -> Recipient:
    """Return who receives the letter of an authority on a day (rule 6).

    An authority that was divided has several successors: the letter is addressed to the first and
    copied to the others, as one message.

    Raises:
        MissingError: Somebody who has to receive it is not among the recipients.
    """
    answering = register.answering_for(code, day)
    if not answering or any(other not in recipients for other in answering):
        message = f"no recipient for the letter of {code}"
        raise MissingError(message)
    first, *others = (recipients[other] for other in answering)
    copies = (*first.copies, *(other.email for other in others))
    return replace(first, copies=tuple(dict.fromkeys(copies)))
