"""What casework says of its cases: corrections, and now and then a version that was mistyped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseReference, CaseState, Decision
from tests.builders import an_upheld_decision
from tests.simulation.chance import Chance

_TOO_HIGH: Final = 900
"""How far a mistyped version lies above the right one: low enough to be taken."""

_NOT_NAMED: Final = 4
"""Every fourth version does not say which authority the case leaves."""

_MISTYPED: Final = 2
"""With every second version comes one that was mistyped."""


@dataclass
class Casework:
    """The casework system: `says` is what it holds of each case, and what a reset goes by."""

    chance: Chance
    now: Callable[[], datetime]
    codes: Sequence[AuthorityCode]
    says: dict[CaseReference, CaseState] = field(default_factory=dict)
    mistyped: list[CaseReference] = field(default_factory=list)
    """The cases of which a mistyped version was published, until somebody resets them."""
    _recorded: timedelta = timedelta(0)

    def takes(self, *states: CaseState) -> None:
        """Take down what it says of cases."""
        self.says |= {state.reference: state for state in states if isinstance(state, Decision)}

    def correct(self) -> tuple[list[CaseState], list[CaseState]]:
        """Correct one case or two: each is about another authority, or counts otherwise.

        Returns what is right, and what somebody mistyped before.
        """
        references = sorted(self.says)
        chosen = [self.chance.of(references)]
        if self.chance.happens(3):
            chosen.append(self.chance.of(references))
        first = self.chance.of(self.codes)
        other = next(each for each in self.codes if each != first)
        right: list[CaseState] = []
        wrong: list[CaseState] = []
        for reference, authority in zip(dict.fromkeys(chosen), (first, other), strict=False):
            version = self.says[reference].version + 1
            if version % _MISTYPED == 0:
                elsewhere = next(each for each in self.codes if each != authority)
                wrong.append(self._state(reference, version + _TOO_HIGH, elsewhere))
                self.mistyped.append(reference)
            right.append(self._state(reference, version, authority))
        self.takes(*right)
        return right, wrong

    def _state(self, reference: CaseReference, version: int, authority: AuthorityCode) -> Decision:
        # No two states are recorded at one moment: a reset goes by what was recorded before it.
        self._recorded += timedelta(microseconds=1)
        state = an_upheld_decision(
            reference,
            version=version,
            authority=authority,
            previous_authorities=self.codes if version % _NOT_NAMED else (),
        )
        return replace(state, recorded_at=self.now() + self._recorded)
