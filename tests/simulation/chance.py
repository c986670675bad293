"""Chance: every choice of a schedule, drawn from a seed or taken from a list, and written down."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """Chooses, and remembers what it chose: the list of its choices replays the schedule.

    Where a given list has ended, the first of all options is chosen, which is always the dull one:
    no fault, nobody else's turn. So a list that is cut short is a schedule as well.
    """

    def __init__(self, seed: int | None = None, choices: Sequence[int] = ()) -> None:
        """Take a seed, or the choices of a schedule that is to be replayed."""
        self._random = None if seed is None else Random(seed)
        self._given = choices
        self.choices: list[int] = []

    def below(self, bound: int) -> int:
        """Choose a number from 0 to below a bound."""
        if self._random is not None:
            chosen = self._random.randrange(bound)
        else:
            place = len(self.choices)
            chosen = self._given[place] % bound if place < len(self._given) else 0
        self.choices.append(chosen)
        return chosen

    def of(self, options: Sequence[_T]) -> _T:
        """Choose one of some options; the first is the dull one."""
        return options[self.below(len(options))]

    def happens(self, one_in: int) -> bool:
        """Let something happen once in so many times."""
        return self.below(one_in) == one_in - 1
