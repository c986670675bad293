"""The port that closes are kept behind, with what a re-issue writes in the same step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from annual_review.services.figures.closes import Close, Closes
from annual_review.services.letters.letter import Letter, LetterMove


class CloseStore(Closes, Protocol):
    """Where closes are kept; nothing edits one."""

    def add(self, close: Close) -> Close:
        """Keep a close, or return the one that is there already for this year and revision."""

    def reissue(self, close: Close, planned: Letter, replaced: Sequence[LetterMove]) -> Close:
        """Keep the close of a re-issue, plan its letter and move those that it replaces.

        All of it is one write. Returns the close that is there already for this year and revision,
        if there is one: then nothing was written.

        Raises:
            LetterMovedError: One of the replaced letters was changed since it was read.
        """
