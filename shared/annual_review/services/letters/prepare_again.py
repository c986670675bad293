"""Ask for letters to be prepared again: after the edition or the code that prints them changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import (
    READINGS_OF_A_LETTER,
    LeftLetter,
    Letter,
    LetterMovedError,
    LetterQueue,
    LettersDone,
    LetterStore,
    NoLetterError,
    chosen_letters,
)
from annual_review.services.letters.reopen_letters import asked_again, may_be_prepared


@dataclass(frozen=True, slots=True)
class PrepareAgain:
    """Takes letters back and queues them to be prepared again.

    Until then none of them is approved or sent. One that comes out with the same bytes has its
    approval again.
    """

    letters: LetterStore
    prepare: LetterQueue

    def request(
        self,
        year: ReportingYear,
        at: datetime,
        only: Collection[AuthorityCode] = (),
        *,
        is_dry_run: bool = False,
    ) -> LettersDone:
        """Take back and queue every authority's present letter that was not sent, or some alone.

        Raises:
            NoLetterError: The year has no letters, or one of `only` has none.
        """
        letters = chosen_letters(self.letters.of_year(year), only)
        if not letters:
            raise NoLetterError(
                f"the year {year} has no letters: close it first", Command.of("close", year)
            )

        def take_back(letter: Letter) -> LeftLetter | None:
            now = letter if is_dry_run else self._taken_back(letter, at)
            return None if may_be_prepared(now) else LeftLetter(now.id, now.state, _why_not(now))

        request = LettersDone.by(take_back, letters)
        if not is_dry_run:
            self.prepare.put(request.done)
        return request

    def _taken_back(self, letter: Letter, at: datetime) -> Letter:
        for _ in range(READINGS_OF_A_LETTER):
            if not may_be_prepared(letter):
                return letter
            try:
                return self.letters.move(letter, asked_again(letter, at, "to be prepared again"))
            except LetterMovedError as error:
                letter = error.letter
        raise ConflictError(f"letter {letter.id.tag} is being changed by others: ask again")


def _why_not(letter: Letter) -> str:
    if letter.was_unknown and letter.state is LetterState.FAILED:
        return "settled as not sent: resend it"
    return f"it is {letter.state.value}"
