"""Whole numbers that give known percentages, and fair shares of a whole number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from annual_review.sample_year.targets import UnreachableTargetsError

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Share:
    """A rate as it was published: 61 of 100, or 994 of 1000 where one decimal is known."""

    parts: int
    whole: int = 100

    def nearest(self, denominator: int) -> int:
        """Return the whole number that comes closest to this share of the denominator."""
        return (2 * self.parts * denominator + self.whole) // (2 * self.whole)

    def is_printed_for(self, numerator: int, denominator: int) -> bool:
        """Whether the fraction, rounded half up once, is printed as this share (rule 3)."""
        printed = (2 * self.whole * numerator + denominator) // (2 * denominator or 1)
        return denominator > 0 and printed == self.parts


def apportioned(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Divide a whole number in proportion to weights, largest remainders first.

    No share is more than its exact quota rounded up; equal remainders go in the order of the keys.
    """
    whole = sum(weights.values()) or 1
    shares = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: -(total * weights[key] % whole))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def completed(
    denominators: Mapping[K, int], known: Mapping[K, Share], national: Share
) -> dict[K, int]:
    """Return numerators by group that meet the known shares of groups and of the nation.

    Groups of which nothing is known have what the nation still lacks, in proportion to their size.

    Raises:
        UnreachableTargetsError: The known groups leave no room for the national share.
    """
    fixed = {key: share.nearest(denominators[key]) for key, share in known.items()}
    free = {key: size for key, size in denominators.items() if key not in fixed}
    lacking = national.nearest(sum(denominators.values())) - sum(fixed.values())
    if not 0 <= lacking <= sum(free.values()):
        raise UnreachableTargetsError(
            f"{national.parts} of {national.whole} nationally would need {lacking} of the"
            f" {sum(free.values())} cases outside the known groups"
        )
    return fixed | apportioned(lacking, free)
