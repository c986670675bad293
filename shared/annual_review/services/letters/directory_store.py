"""The port through which the register and its recipients are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.recipients import Recipient
from annual_review.services.errors import ConflictError

if TYPE_CHECKING:
    from annual_review.services.letters.letter import LetterMove  # most who read it move none


class DirectoryChangedError(ConflictError):
    """Somebody else changed the same entry first; nothing was written."""


Entry = Authority | Recipient
"""An entry of the register, or of the recipients."""


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry as it is kept; `version` counts its writes from 1, and is 0 where there is none.

    Where it is to be kept, `superseded` are the versions of the entries under its former codes, in
    the order of these: what is kept under them gives way to it in the same write.
    """

    entry: Entry
    version: int
    superseded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DirectoryRead:
    """Every entry as it is kept."""

    authorities: Mapping[AuthorityCode, SeenEntry]
    recipients: Mapping[AuthorityCode, SeenEntry]


class DirectoryStore(Protocol):
    """Where the register and its recipients are changed."""

    def read(self) -> DirectoryRead:
        """Return every entry with its version, read consistently."""

    def put(self, entries: Sequence[SeenEntry], letters: Sequence[LetterMove]) -> None:
        """Keep entries in place of the versions that were seen, and move letters: in one write.

        Raises:
            DirectoryChangedError: One of the entries has another version by now.
            LetterMovedError: One of the letters was changed since it was read.
            ValueError: They are more than one write takes.
        """
