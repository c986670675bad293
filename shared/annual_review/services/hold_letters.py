"""Hold letters back, and let them go again: a person has doubts, or has none any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState, states_before
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import (
    Act,
    LeftLetter,
    Letter,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    Move,
    chosen_letters,
)

_HOLDABLE: Final = states_before(LetterState.HELD) - {LetterState.HELD}
_NOT_FAILED: Final = _HOLDABLE - {LetterState.FAILED}


@dataclass(frozen=True, slots=True)
class HoldReport:
    """The letters that were held or let go, and those that were left, each with the reason."""

    done: tuple[LetterId, ...]
    left: tuple[LeftLetter, ...]


@dataclass(frozen=True, slots=True)
class HoldLetters:
    """Holds letters that are not on their way yet. `prepare` takes those that are let go again."""

    letters: LetterStore
    prepare: LetterQueue

    def hold(
        self,
        year: ReportingYear,
        codes: Collection[AuthorityCode],
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> HoldReport:
        """Hold letters: none of them is approved, released or sent until it is let go.

        Raises:
            NoLetterError: An authority has no letter.
            PortError: Not every letter was held; holding again holds the rest.
        """
        move = Move(LetterState.HELD, act.at, f"held by {act.by}: {act.reason}")
        return self._all(year, codes, move, is_dry_run=is_dry_run)

    def let_go(
        self,
        year: ReportingYear,
        codes: Collection[AuthorityCode],
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> HoldReport:
        """Let letters go that are held: they are prepared anew, and then have to be approved.

        Raises:
            NoLetterError: An authority has no letter.
            PortError: Not every letter was let go; letting go again does the rest.
        """
        move = Move(LetterState.PLANNED, act.at, f"let go by {act.by}")
        report = self._all(year, codes, move, is_dry_run=is_dry_run)
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
        *,
        is_dry_run: bool,
    ) -> HoldReport:
        done: list[LetterId] = []
        left: list[LeftLetter] = []
        for letter in chosen_letters(self.letters.of_year(year), codes):
            given = _given(letter, move.to)
            state = letter.state if is_dry_run else self._move(letter, move, given)
            if (is_dry_run and state in given) or state is move.to is not letter.state:
                done.append(letter.id)
            else:
                left.append(LeftLetter(letter.id, state, f"it is {state.value}"))
        return HoldReport(tuple(done), tuple(left))

    def _move(self, letter: Letter, move: Move, given: Collection[LetterState]) -> LetterState:
        """Move a letter and return where it stands then, by our hand or by another's."""
        try:
            return self.letters.move(letter.id, move, given).state
        except LetterMovedError as error:
            return error.letter.state


def _given(letter: Letter, then: LetterState) -> Collection[LetterState]:
    """Return the states from which a letter may go where it is to go."""
    if then is not LetterState.HELD:
        return {LetterState.HELD}
    if letter.state is not LetterState.FAILED:
        return _NOT_FAILED
    # A letter that was settled as not sent is done with: its next dispatch may be held.
    return set() if letter.was_unknown else {LetterState.FAILED}
