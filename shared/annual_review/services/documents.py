"""The port to the bucket, and what its keys are called."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision

if TYPE_CHECKING:
    from annual_review.domain.letters import LetterId  # whoever keeps a case has no letters

FIGURES_JSON: Final = "figures.json"
"""What the frozen record of a year is called within its folder."""

FIGURES_CSV: Final = "figures.csv"
"""What the table of the figures is called beside it."""


class Documents(Protocol):
    """Named documents: the figures, the letters, and what was rejected."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep a document; the same key again replaces it (the bucket keeps every version)."""

    def get(self, key: str) -> bytes:
        """Return a document.

        Raises:
            MissingError: There is none of that key.
        """


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def figures_folder(year: ReportingYear, revision: Revision, sha256: str) -> str:
    """Return the folder of one frozen record, named by its hash: no other record can fall into it.

    Two closings at once, or one after another that crashed, leave a folder each; the close that was
    recorded says which one counts.
    """
    return f"figures/{year}/{revision}-{sha256[:16]}"


def authority_figures_name(code: AuthorityCode) -> str:
    """Return what the record of one authority is called within the folder of its year."""
    return f"authorities/{code}.json"


def letter_key(letter: LetterId, message_sha256: str, kind: str) -> str:
    """Return where a letter is kept, `kind` being `pdf`, `html`, `txt`, `xlsx` or `eml`.

    The hash of the complete message is part of the name: a letter that is prepared again lies
    beside the one that was read, and never in its place.
    """
    name = f"{letter.authority}-{message_sha256[:16]}"
    return f"letters/{letter.year}/{letter.revision}/{name}.{kind}"
