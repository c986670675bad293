"""Settle a letter of which nobody knows whether it was sent: a person has found out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import (
    Act,
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
    chosen_letters,
)


class Finding(StrEnum):
    """What a person has found out."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not-accepted"

    @property
    def state(self) -> LetterState:
        """Where it leads to."""
        return LetterState.ACCEPTED if self is Finding.ACCEPTED else LetterState.FAILED


class NotSettledError(Exception):
    """The letter can't be settled; the message says why and what to do."""

    retryable = False


@dataclass(frozen=True, slots=True)
class SettleLetter:
    """Settles unknown letters. If reports of the mail service come later, they are believed."""

    letters: LetterStore

    def settle(
        self,
        year: ReportingYear,
        code: AuthorityCode,
        finding: Finding,
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> Letter:
        """Settle an authority's present letter, and return it as it is then.

        Raises:
            NoLetterError: The authority has no letter.
            NotSettledError: It is not unknown.
            PortError: It could not be settled; settling again is safe.
        """
        [letter] = chosen_letters(self.letters.of_year(year), [code])
        if letter.state is not LetterState.UNKNOWN:
            raise NotSettledError(_why_not(letter))
        if is_dry_run:
            return letter
        why = f"settled as {finding.value} by {act.by}: {act.reason}"
        move = Move(finding.state, act.at, why)
        try:
            return self.letters.move(letter.id, move, {LetterState.UNKNOWN})
        except LetterMovedError as error:
            raise NotSettledError(_why_not(error.letter)) from None


def _why_not(letter: Letter) -> str:
    if letter.state is LetterState.CLAIMED:
        return f"letter {letter.id.tag} is being sent: wait until it is accepted, failed or unknown"
    return f"letter {letter.id.tag} is {letter.state.value}: only an unknown one can be settled"
