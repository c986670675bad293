"""Where a review takes its letters from: the deployed system, or the folder of a rehearsal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.files.rehearsal_folder import (
    PREVIOUS,
    Rehearsed,
    read_letters,
    read_record,
)
from annual_review.adapters.stack import Stack
from annual_review.console import CommandError
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import Revision
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.documents import Documents, authority_figures_name
from annual_review.services.errors import MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    digest,
    read_authority_record,
)
from annual_review.services.letters.letter import Letter, current_letters
from annual_review.services.review.review_letters import (
    LetterToReview,
    PreviousLetter,
    goes_to_successor,
)

KINDS: Final = ("pdf", "html", "txt", "xlsx")
"""The documents of a letter that people read."""


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
        ...

    @property
    def codes(self) -> Collection[AuthorityCode]:
        """The authorities that had a letter."""
        ...

    def of(self, letter: Letter) -> PreviousLetter | None:
        """Return what came before a letter; `None` if there was nothing."""
        ...


class ReviewSource(Protocol):
    """Where the letters come from."""

    @property
    def name(self) -> str:
        """How the review names it."""
        ...

    def letters(self) -> Sequence[Letter]:
        """Return the letter of each authority that counts."""
        ...

    def read(self, letter: Letter) -> Material:
        """Read one of these letters with its documents; may be called from several threads."""
        ...

    def previous(self) -> PreviousLetters:
        """Return what its letters are compared with if nothing else is named."""
        ...


@dataclass(frozen=True)
class RehearsedSource:
    """The folder of a rehearsal: `OUT/YEAR`."""

    folder: Path
    year: ReportingYear

    @property
    def name(self) -> str:
        """The folder, and that nothing was sent."""
        return f"Letters of the rehearsal in {self.folder}, which were not sent"

    @cached_property
    def _rehearsed(self) -> Mapping[Letter, Rehearsed]:
        found = read_letters(self.folder)
        if any(each.letter.id.year != self.year for each in found):
            raise CommandError(
                f"{self.folder} holds the rehearsal of another year than {self.year}",
                "Name the folder of that year: OUT/YEAR.",
            )
        return {each.letter: each for each in found}

    def letters(self) -> Sequence[Letter]:
        """Return every letter of the rehearsal."""
        return tuple(self._rehearsed)

    def read(self, letter: Letter) -> Material:
        """Read a letter from its files."""
        code = letter.id.authority
        frozen = read_record(self.folder, code)
        if frozen is None:
            raise CommandError(
                f"{self.folder} holds no frozen record of {code}", "Rehearse the year again."
            )
        paths = {kind: self.folder / "letters" / f"{code}.{kind}" for kind in KINDS}
        documents = {kind: path.read_bytes() for kind, path in paths.items() if path.is_file()}
        rehearsed = self._rehearsed[letter]
        read = LetterToReview(
            letter,
            frozen,
            text=_text(documents),
            goes_to_successor=rehearsed.goes_to_successor,
            has_own_paragraphs=rehearsed.paragraphs > 0,
            is_unreviewed=rehearsed.unreviewed > 0,
        )
        return Material(read, documents)

    def previous(self) -> PreviousLetters:
        """Return the rehearsal before this one, whose letters were set aside."""
        folder = self.folder / PREVIOUS
        if not folder.is_dir():
            raise CommandError(
                f"{self.folder} keeps no rehearsal before this one: it was the first",
                "Rehearse again after a change, or name a folder with --against.",
            )
        return PreviousFolder(folder, "the rehearsal before")


@dataclass(frozen=True)
class StackSource:
    """The deployed system."""

    stack: Stack
    stack_name: str
    year: ReportingYear

    @property
    def name(self) -> str:
        """The stack."""
        return f"Letters of stack {self.stack_name}"

    @cached_property
    def documents(self) -> Documents:
        """The bucket, with one client for all threads."""
        return self.stack.documents

    @cached_property
    def closes(self) -> Mapping[Revision, Close]:
        """The closes of the year by revision."""
        found = DynamoDBCloseStore(self.stack.table).of_year(self.year)
        return {close.revision: close for close in found}

    @cached_property
    def all_letters(self) -> Sequence[Letter]:
        """The letters of every revision and dispatch."""
        return DynamoDBLetterStore(self.stack.table).of_year(self.year)

    @cached_property
    def _register(self) -> Register:
        return DynamoDBDirectory(self.stack.table).register()

    @cached_property
    def _paragraphs(self) -> Mapping[tuple[Revision, AuthorityCode], LetterParagraphs]:
        found = DynamoDBParagraphStore(self.stack.table).of_year(self.year)
        return {(each.revision, each.authority): each for each in found}

    def letters(self) -> Sequence[Letter]:
        """Return the letter of each authority that counts, once the year is closed."""
        found = tuple(current_letters(self.all_letters).values())
        if not found:
            raise CommandError(f"the year {self.year} has no letters: close it first")
        # Read before several threads ask for them.
        _ = self.closes, self._register, self._paragraphs, self.documents
        return found

    def read(self, letter: Letter) -> Material:
        """Read a letter from the bucket."""
        code, day = letter.id.authority, edition_for(SHIPPED_EDITIONS, self.year).letter_date
        documents: dict[str, bytes] = {}
        for kind in KINDS if letter.message_sha256 else ():
            try:
                documents[kind] = self.documents.get(letter.key(kind))
            except MissingError:
                # A letter that was prepared by an earlier version has fewer kinds.
                continue
        paragraphs = self._paragraphs.get((letter.id.revision, code))
        shown = self.stack.approval_required
        read = LetterToReview(
            letter,
            self.frozen(letter),
            text=_text(documents),
            goes_to_successor=goes_to_successor(self._register, code, day),
            has_own_paragraphs=bool(paragraphs and paragraphs.texts(with_unreviewed=shown)),
            is_unreviewed=bool(paragraphs and paragraphs.unreviewed),
        )
        return Material(read, documents)

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

    source: StackSource
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
        text = self.source.documents.get(before.key("txt")).decode()
        return PreviousLetter(text, self.source.frozen(before).figures)


@dataclass(frozen=True)
class PreviousFolder:
    """The letters in a folder: `letters/CODE.txt`, with `frozen/authorities/` where it is there."""

    folder: Path
    name: str

    @cached_property
    def codes(self) -> Collection[AuthorityCode]:
        """The authorities with a text in the folder."""
        found = {AuthorityCode(path.stem) for path in (self.folder / "letters").glob("*.txt")}
        if not found:
            raise CommandError(
                f"{self.folder} has nothing to compare with: no letters/CODE.txt",
                "Name the folder of a rehearsal (OUT/YEAR), or of a review.",
            )
        return found

    def of(self, letter: Letter) -> PreviousLetter | None:
        """Read the letter of the same authority."""
        code = letter.id.authority
        if code not in self.codes:
            return None
        text = (self.folder / "letters" / f"{code}.txt").read_text(encoding="utf-8")
        frozen = read_record(self.folder, code)
        return PreviousLetter(text, frozen.figures if frozen else None)


def _text(documents: Mapping[str, bytes]) -> str | None:
    return documents["txt"].decode() if "txt" in documents else None
