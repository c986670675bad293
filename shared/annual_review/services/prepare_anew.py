"""Ask for letters to be prepared anew: after the register, the edition or a text has changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import (
    LeftLetter,
    LetterQueue,
    LetterStore,
    NoLetterError,
    chosen_letters,
)
from annual_review.services.prepare_letter import may_be_prepared


@dataclass(frozen=True, slots=True)
class PreparationRequest:
    """The letters that were asked for, and those that were left, each with the reason."""

    queued: tuple[LetterId, ...]
    left: tuple[LeftLetter, ...]


@dataclass(frozen=True, slots=True)
class PrepareAnew:
    """Queues letters to be prepared anew; one that comes out with the same bytes is as it was."""

    letters: LetterStore
    prepare: LetterQueue

    def request(
        self,
        year: ReportingYear,
        only: Collection[AuthorityCode] = (),
        *,
        is_dry_run: bool = False,
    ) -> PreparationRequest:
        """Queue every authority's present letter that was not sent, or those of some alone.

        Raises:
            NoLetterError: The year has no letters, or one of `only` has none.
            PortError: Not every letter was queued; asking again queues the rest.
        """
        letters = chosen_letters(self.letters.of_year(year), only)
        if not letters:
            raise NoLetterError(f"the year {year} has no letters: close it first")
        queued = tuple(each.id for each in letters if may_be_prepared(each))
        if not is_dry_run:
            self.prepare.put(queued)
        left = tuple(
            LeftLetter(each.id, each.state, "settled as not sent: resend it")
            if each.was_unknown and each.state is LetterState.FAILED
            else LeftLetter(each.id, each.state, f"it is {each.state.value}")
            for each in letters
            if not may_be_prepared(each)
        )
        return PreparationRequest(queued, left)
