"""Where a review takes its letters from, and what it compares them with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.advised_commands import Command
from annual_review.services.at_once import in_threads
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents, authority_figures_name, digest
from annual_review.services.errors import MissingError, RefusalError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import FrozenAuthority, read_authority_record
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import Letter, LetterStore, current_letters
from annual_review.services.letters.rendering import OpenMessage
from annual_review.services.review.review_letters import (
    LetterToReview,
    PreviousLetter,
    goes_to_successor,
)


@dataclass(frozen=True, slots=True)
class Material:
    """A letter with its documents by kind, and the one before it where that was asked for."""

    read: LetterToReview
    documents: Mapping[str, bytes]
    previous: PreviousLetter | None = None


class PreviousLetters(Protocol):
    """The letters that those of a review are compared with."""

    @property
    def name(self) -> str:
        """What they are called: `the rehearsal before`."""

    @property
    def codes(self) -> Collection[AuthorityCode]:
        """The authorities that had a letter."""

    def of(self, letter: Letter) -> PreviousLetter | None:
        """Return what came before a letter; `None` if there was nothing."""


def gone(letters: Iterable[Letter], previous: PreviousLetters) -> Sequence[AuthorityCode]:
    """Return the authorities that had a letter and have none now."""
    return sorted({*previous.codes} - {letter.id.authority for letter in letters})


class ReviewSource(Protocol):
    """Where the letters come from."""

    @property
    def name(self) -> str:
        """How the review names it."""

    def letters(self) -> Sequence[Letter]:
        """Return the letter of each authority that counts."""

    def read(self, letter: Letter) -> Material:
        """Read one of these letters with its documents; may be called from several threads."""

    def frozen(self, letter: Letter) -> FrozenAuthority:
        """Return the frozen record that a letter prints; may be called from several threads."""

    def without_text(self, letter: Letter, frozen: FrozenAuthority) -> LetterToReview:
        """Return what is known of a letter before its message is opened."""

    def shown(self, letter: Letter) -> Mapping[str, bytes]:
        """Return the documents of a prepared letter by kind; may be called from several threads."""

    def previous(self) -> PreviousLetters:
        """Return what its letters are compared with if nothing else is named."""


class NothingToReviewError(RefusalError):
    """The year has no letters, or they lack something; the message says what."""


class AlteredLetterError(RefusalError):
    """What lies there for a letter is not what was prepared; nothing of it may be shown."""


class Paragraphs(Protocol):
    """The paragraphs of the letters, as far as a review asks for them."""

    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        """Return the paragraphs of every letter of a year that has some."""


@dataclass(frozen=True)
class KeptLetters:
    """The letters of a deployed system, by the name that the review gives them.

    What is shown of a letter comes out of its message, which is the one that is sent, and never
    from the documents kept beside it. Where no approval is required, paragraphs that nobody has
    reviewed are not shown, as they are not printed. `documents` is asked by several threads.
    """

    year: ReportingYear
    name: str
    letter_store: LetterStore
    close_store: CloseStore
    paragraph_store: Paragraphs
    directory: Directory
    documents: Documents
    issue_date: Callable[[ReportingYear], date]
    approval_required: bool
    open_message: OpenMessage

    @cached_property
    def closes(self) -> Mapping[Revision, Close]:
        """The closes of the year by revision."""
        found = self.close_store.of_year(self.year)
        return {close.revision: close for close in found}

    @cached_property
    def all_letters(self) -> Sequence[Letter]:
        """The letters of every revision and dispatch."""
        return self.letter_store.of_year(self.year)

    @cached_property
    def _register(self) -> Register:
        return self.directory.register()

    @cached_property
    def _issue_date(self) -> date:
        return self.issue_date(self.year)

    @cached_property
    def _paragraphs(self) -> Mapping[tuple[Revision, AuthorityCode], LetterParagraphs]:
        found = self.paragraph_store.of_year(self.year)
        return {(each.revision, each.authority): each for each in found}

    def letters(self) -> Sequence[Letter]:
        """Return the letter of each authority that counts, once the year is closed."""
        # All at once, and before several threads ask for them.
        read: Sequence[Callable[[], object]] = (
            lambda: self.all_letters,
            lambda: self.closes,
            lambda: self._register,
            lambda: self._paragraphs,
        )

        def ask(what: Callable[[], object]) -> object:
            return what()

        for _ in in_threads(len(read))(ask, read):
            pass
        found = tuple(current_letters(self.all_letters).values())
        if not found:
            raise NothingToReviewError(
                f"the year {self.year} has no letters: close it first",
                Command.of("close", self.year),
            )
        return found

    def read(self, letter: Letter) -> Material:
        """Read a letter from the bucket."""
        documents = self.shown(letter) if letter.message_sha256 else {}
        read = self.without_text(letter, self.frozen(letter))
        return Material(replace(read, text=text_of(documents)), documents)

    def without_text(self, letter: Letter, frozen: FrozenAuthority) -> LetterToReview:
        """Return what is known of a letter before its message is opened."""
        paragraphs = self.paragraphs_of(letter)
        shown = self.approval_required
        return LetterToReview(
            letter,
            frozen,
            goes_to_successor=goes_to_successor(
                self._register, letter.id.authority, self._issue_date
            ),
            has_own_paragraphs=bool(paragraphs and paragraphs.texts(with_unreviewed=shown)),
            is_unreviewed=bool(paragraphs and paragraphs.unreviewed),
        )

    def paragraphs_of(self, letter: Letter) -> LetterParagraphs | None:
        """Return the paragraphs of a letter; `None` where nobody ever proposed one."""
        return self._paragraphs.get((letter.id.revision, letter.id.authority))

    def shown(self, letter: Letter) -> Mapping[str, bytes]:
        """Return the documents of a prepared letter, as its message brings them.

        Raises:
            AlteredLetterError: Its message is not there, or is not the one that was prepared.
        """
        try:
            message = self.documents.get(letter.key("eml"))
        except MissingError:
            message = b""
        if digest(message) != letter.message_sha256:
            year, code = letter.id.year, letter.id.authority
            raise AlteredLetterError(
                f"{letter.key('eml')} is not the message of letter {letter.id.tag} that was"
                " prepared: somebody changed or removed it. Prepare the letter again",
                Command.of("prepare", year, only=code),
            )
        return self.open_message(message)

    def frozen(self, letter: Letter) -> FrozenAuthority:
        """Return the frozen record that a letter was planned from, and no other.

        Raises:
            MissingError: It is not there, or is another one.
        """
        close = self.closes.get(letter.id.revision)
        if close is None:
            raise MissingError(f"the figures of letter {letter.id.tag} are not frozen")
        key = f"{close.folder}/{authority_figures_name(letter.id.authority)}"
        content = self.documents.get(key)
        if digest(content) != letter.figures_sha256:
            raise MissingError(f"{key} is not the record that letter {letter.id.tag} prints")
        return read_authority_record(content)

    def previous(self) -> PreviousLetters:
        """Return the letters of earlier revisions."""
        return EarlierRevisions(self)


@dataclass(frozen=True)
class EarlierRevisions:
    """The letters that re-issued ones replace."""

    source: KeptLetters
    name: str = "the letter that a re-issue replaces, or else with that of the revision before"

    @property
    def codes(self) -> Collection[AuthorityCode]:
        """Every authority with a letter: none of them is lost by a re-issue."""
        return {letter.id.authority for letter in self.source.letters()}

    def of(self, letter: Letter) -> PreviousLetter | None:
        """Return the letter that this one replaces; where none was sent, the last prepared."""
        reissue = self.source.frozen(letter).reissue
        replaces = reissue.replaces if reissue else None
        earlier = [
            each
            for each in self.source.all_letters
            if each.id.authority == letter.id.authority
            and each.id.revision < letter.id.revision
            and (replaces is None or each.id.revision == replaces)
            and each.message_sha256
        ]
        before = current_letters(earlier).get(letter.id.authority)
        if before is None:
            return None
        text = text_of(self.source.shown(before)) or ""
        return PreviousLetter(text, self.source.frozen(before).figures)


def text_of(documents: Mapping[str, bytes]) -> str | None:
    """Return the text of a letter, if it is among its documents."""
    return documents["txt"].decode() if "txt" in documents else None
