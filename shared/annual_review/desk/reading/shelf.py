"""The letters that lie on a desk: what was read of them, and by whom it was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from annual_review.desk.reading.latest import Latest
from annual_review.desk.reading.pictures import Pictures
from annual_review.desk.reading.records import Records
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.approve_letters import ReadLetter
from annual_review.services.letters.letter import Letter

_LETTERS: Final = 24
"""How many opened messages are kept: those around the one that is being read."""

Documents = Mapping[str, bytes]


class Reading(StrEnum):
    """Whether the person at the desk has read the present version of a letter."""

    NOT_READ = "not read"
    READ = "read"
    CHANGED = "changed since you read it"


@dataclass(slots=True)
class Shelf:
    """What one desk keeps in memory of letters; ended, it leaves nothing.

    All of it is kept by hashes, so that nothing of it is out of date: another message or another
    record has another hash.
    """

    records: Records = field(default_factory=Records)
    pictures: Pictures = field(default_factory=Pictures)
    _documents: Latest[str, Documents] = field(default_factory=lambda: Latest(_LETTERS))
    _listed: dict[tuple[LetterId, str], Letter] = field(default_factory=dict)
    _read: dict[LetterId, ReadLetter] = field(default_factory=dict)

    def list(self, letters: Iterable[Letter]) -> None:
        """Remember letters that a page shows: its pictures are asked for one by one."""
        for letter in letters:
            if letter.message_sha256:
                self._listed[letter.id, letter.message_sha256] = letter

    def listed(self, letter: LetterId, message_sha256: str) -> Letter | None:
        """Return a letter that a page showed, `None` where this desk did not show it."""
        return self._listed.get((letter, message_sha256))

    def documents(self, letter: Letter, read: Callable[[Letter], Documents]) -> Documents:
        """Return the documents of a letter by kind; none of one that was never prepared."""
        if letter.message_sha256 is None:
            return {}
        return self._documents.get(letter.message_sha256, lambda: read(letter))

    def mark_read(self, letter: Letter) -> None:
        """Note that the person has read a letter: these very bytes, and no later ones."""
        self._read[letter.id] = ReadLetter(letter.figures_sha256, letter.message_sha256)

    def reading_of(self, letter: Letter) -> Reading:
        """Return whether the person has read the present version of a letter."""
        read = self._read.get(letter.id)
        if read is None:
            return Reading.NOT_READ
        now = ReadLetter(letter.figures_sha256, letter.message_sha256)
        return Reading.READ if read == now else Reading.CHANGED

    def read_in(self, year: ReportingYear) -> Mapping[LetterId, ReadLetter]:
        """Return what the person has read of a year's letters, as approvals ask for it."""
        # A copy, as another page may note a letter meanwhile.
        return {id_: read for id_, read in [*self._read.items()] if id_.year == year}
