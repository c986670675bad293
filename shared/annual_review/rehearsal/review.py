"""A review of what a rehearsal has written: its letters, and those of the rehearsal before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from annual_review.adapters.files.rehearsal_folder import (
    PREVIOUS,
    Rehearsed,
    read_letters,
    read_message,
    read_record,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Letter
from annual_review.services.review.review_letters import LetterToReview, PreviousLetter
from annual_review.services.review.review_sources import (
    Material,
    NothingToReviewError,
    PreviousLetters,
    text_of,
)


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
            raise NothingToReviewError(
                f"{self.folder} holds the rehearsal of another year than {self.year}\n"
                "Name the folder of that year: OUT/YEAR."
            )
        return {each.letter: each for each in found}

    def letters(self) -> Sequence[Letter]:
        """Return every letter of the rehearsal."""
        return tuple(self._rehearsed)

    def read(self, letter: Letter) -> Material:
        """Read a letter out of its message, as the rehearsal prepared it.

        Raises:
            InputFileError: The message is not there, or was changed since.
            NothingToReviewError: The rehearsal has no record of its figures.
        """
        frozen = self.frozen(letter)
        documents = self.shown(letter) if letter.message_sha256 is not None else {}
        read = self.without_text(letter, frozen)
        return Material(replace(read, text=text_of(documents)), documents)

    def frozen(self, letter: Letter) -> FrozenAuthority:
        """Return the record that a letter prints.

        Raises:
            NothingToReviewError: The rehearsal has no record of its figures.
        """
        code = letter.id.authority
        frozen = read_record(self.folder, code)
        if frozen is None:
            raise NothingToReviewError(
                f"{self.folder} holds no frozen record of {code}\nRehearse the year again."
            )
        return frozen

    def without_text(self, letter: Letter, frozen: FrozenAuthority) -> LetterToReview:
        """Return what is known of a letter before its message is opened."""
        rehearsed = self._rehearsed[letter]
        return LetterToReview(
            letter,
            frozen,
            goes_to_successor=rehearsed.goes_to_successor,
            has_own_paragraphs=rehearsed.paragraphs > 0,
            is_unreviewed=rehearsed.unreviewed > 0,
        )

    def shown(self, letter: Letter) -> Mapping[str, bytes]:
        """Return the documents of a prepared letter, as its message brings them.

        Raises:
            InputFileError: The message is not there, or was changed since.
        """
        return documents_of(read_message(self.folder, letter))

    def previous(self) -> PreviousLetters:
        """Return the rehearsal before this one, whose letters were set aside."""
        folder = self.folder / PREVIOUS
        if not folder.is_dir():
            raise NothingToReviewError(
                f"{self.folder} keeps no rehearsal before this one: it was the first\n"
                "Rehearse again after a change, or name a folder with --against."
            )
        return PreviousFolder(folder, "the rehearsal before")


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
            raise NothingToReviewError(
                f"{self.folder} has nothing to compare with: no letters/CODE.txt\n"
                "Name the folder of a rehearsal (OUT/YEAR), or of a review."
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
