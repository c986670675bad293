"""Hold letters back, and end their hold: a person has doubts, or has none any more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act, LetterState, states_before
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import ConflictError
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    READINGS_OF_A_LETTER,
    LeftLetter,
    Letter,
    LetterMovedError,
    LetterQueue,
    LettersDone,
    LetterStore,
    Move,
    chosen_letters,
    replacing,
)
from annual_review.services.letters.letter_history import EventKind

_HOLDABLE: Final = states_before(LetterState.HELD) - {LetterState.HELD}


@dataclass(frozen=True, slots=True)
class HoldLetters:
    """Holds letters that are not on their way yet, and ends their hold."""

    letters: LetterStore
    closes: CloseStore
    prepare: LetterQueue

    def hold(
        self,
        year: ReportingYear,
        codes: Collection[AuthorityCode],
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> LettersDone:
        """Hold letters: none of them is approved, released or sent until its hold is ended.

        Raises:
            NoLetterError: An authority has no letter.
        """
        why = f"held by {act.by}: {act.reason}"
        move = Move(LetterState.HELD, act.at, why, kind=EventKind.HELD, by=act.by)
        return self._all(year, codes, move, _why_not_held, is_dry_run=is_dry_run)

    def unhold(
        self,
        year: ReportingYear,
        codes: Collection[AuthorityCode],
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> LettersDone:
        """End the hold of letters: they are prepared again, and then have to be approved.

        A letter that a later revision replaces stays held for good.

        Raises:
            NoLetterError: An authority has no letter.
        """
        move = _unhold(act)
        report = self._all(year, codes, move, self._why_not_unhold, is_dry_run=is_dry_run)
        if not is_dry_run:
            # Those that are planned as well: an earlier call may have ended before it asked.
            waiting = [each.letter for each in report.left if each.state is LetterState.PLANNED]
            self.prepare.put([*report.done, *waiting])
        return report

    def _all(
        self,
        year: ReportingYear,
        codes: Collection[AuthorityCode],
        move: Move,
        why_not: Callable[[Letter], str],
        *,
        is_dry_run: bool,
    ) -> LettersDone:
        def do(letter: Letter) -> LeftLetter | None:
            if why := why_not(letter):
                return LeftLetter(letter.id, letter.state, why)
            return None if is_dry_run else self._move(letter, move, why_not)

        return LettersDone.by(do, chosen_letters(self.letters.of_year(year), codes))

    def _move(
        self, letter: Letter, move: Move, why_not: Callable[[Letter], str]
    ) -> LeftLetter | None:
        for _ in range(READINGS_OF_A_LETTER):
            try:
                self.letters.move(letter, move)
            except LetterMovedError as error:
                before, letter = letter, error.letter
            else:
                return None
            if before.state is letter.state is LetterState.HELD and _begun(before) != _begun(
                letter
            ):
                why = "somebody else has held it again in the meantime"
                return LeftLetter(letter.id, letter.state, why)
            # Judged by what was read after the letter: a re-issue changes the letter, too.
            if why := why_not(letter):
                return LeftLetter(letter.id, letter.state, why)
        raise ConflictError(f"letter {letter.id.tag} is being changed by others: try again")

    def _why_not_unhold(self, letter: Letter) -> str:
        if letter.state is not LetterState.HELD:
            return f"it is {letter.state.value}"
        if later := replacing(self.closes.of_year(letter.id.year), letter.id):
            return f"replaced by revision {later}"
        return ""


def _begun(letter: Letter) -> int:
    """Return which line of its history its present state began with."""
    lines = takewhile(lambda event: event.state is letter.state, reversed(letter.history))
    return len(letter.history) - sum(1 for _ in lines)


def _unhold(act: Act) -> Move:
    """Return the step of a letter that is no longer held: nothing of it is approved any more."""
    return Move(
        LetterState.PLANNED,
        act.at,
        f"no longer held, by {act.by}",
        withdraws_approval=True,
        kind=EventKind.TAKEN_OFF_HOLD,
        by=act.by,
    )


def _why_not_held(letter: Letter) -> str:
    # A letter that was settled as not sent is done with: its next dispatch may be held.
    if letter.state not in _HOLDABLE or letter.was_unknown:
        return f"it is {letter.state.value}"
    return ""
