"""Chance: every draw of the sample year, the same for the same seed on every Python."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A seeded source of draws for one purpose.

    Python promises the same numbers for a seed for `random()` alone; `shuffle`, `sample` and
    `choices` may change from version to version. So every draw here is made of `random()`.

    Each purpose has a sequence of its own: another draw in one step leaves the others as they are.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._random = Random(f"{seed} {purpose}").random  # noqa: S311 - no secret

    def below(self, limit: int) -> int:
        """Draw an integer from 0 up to, not including, the limit."""
        return int(self._random() * limit)

    def percent(self, percentage: int) -> bool:
        """Come true in so many cases of a hundred."""
        return self.below(100) < percentage

    def pick(self, items: Sequence[T]) -> T:
        """Draw one item, each with the same chance."""
        return items[self.below(len(items))]

    def draws(self, total: int, weights: Mapping[T, int]) -> list[T]:
        """Draw `total` keys, each time every key with the chance of its weight."""
        keys, bounds = list(weights), list(accumulate(weights.values()))
        return [keys[bisect_right(bounds, self.below(bounds[-1]))] for _ in range(total)]

    def spread(self, total: int, weights: Mapping[T, int]) -> dict[T, int]:
        """Throw `total` pieces at the keys by their weights and count where they land."""
        counts = dict.fromkeys(weights, 0)
        for key in self.draws(total, weights):
            counts[key] += 1
        return counts

    def choose(self, total: int, slots: Mapping[T, int]) -> dict[T, int]:
        """Choose `total` of all slots, each once at most, and count the chosen ones by key.

        Raises:
            ValueError: There are fewer slots than that.
        """
        left = [key for key, count in slots.items() for _ in range(count)]
        if not 0 <= total <= len(left):
            raise ValueError(f"{total} of {len(left)} slots can't be chosen")
        counts = dict.fromkeys(slots, 0)
        for position in range(total):
            other = position + self.below(len(left) - position)
            left[position], left[other] = left[other], left[position]
            counts[left[position]] += 1
        return counts
