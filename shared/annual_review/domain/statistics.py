"""Statistics: a numerator, a denominator and one whole percentage, without any float."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, TypeAlias

from annual_review.domain.tallies import (
    COMPLIANCE_OUTCOMES,
    COMPLIED,
    INVESTIGATIONS,
    SATISFACTORY_REMEDIES,
    UPHELD,
    Number,
    Tally,
)

_ALL: Final = 100


class Rounding(StrEnum):
    """How a percentage is printed (rule 3).

    `half_up`: as the letters of 2020 did, 249 of 250 as 100%. `true_ends`: the same, but 100% and
    0% only where they are exactly true.
    """

    HALF_UP = "half_up"
    TRUE_ENDS = "true_ends"


class Bound(StrEnum):
    """Whether a printed percentage is the rounded one, or a bound that it keeps to."""

    ROUNDED = ""
    MORE_THAN = "more than "
    LESS_THAN = "less than "


@dataclass(frozen=True, slots=True)
class PrintedPercentage:
    """A percentage as it is printed: `83%`, `more than 99%`, `less than 1%`."""

    whole: int
    bound: Bound = Bound.ROUNDED

    def __str__(self) -> str:
        """Return it in words, as they stand within a sentence."""
        return f"{self.bound}{self.whole}%"


FEW_CASES: Final = 5
"""With fewer cases than these, one more or less moves a percentage by 20 points and more: it is
printed with a caution, and neither coloured nor ranked."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """`numerator` of `denominator` cases."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            message = f"{self.numerator} of {self.denominator} cases is not a statistic"
            raise ValueError(message)

    @property
    def has_few_cases(self) -> bool:
        """Whether it stands on so few cases that its percentage says almost nothing."""
        return 0 < self.denominator < FEW_CASES

    @property
    def percentage(self) -> int | None:
        """The whole percentage, rounded half up (rule 3); `None` without any case (rule 5)."""
        if not self.denominator:
            return None
        return (200 * self.numerator + self.denominator) // (2 * self.denominator)

    def printed(self, rounding: Rounding = Rounding.TRUE_ENDS) -> PrintedPercentage | None:
        """The percentage as it is printed (rule 3); `None` without any case (rule 5)."""
        whole = self.percentage
        if whole is None:
            return None
        if rounding is Rounding.TRUE_ENDS:
            if whole == _ALL and self.numerator < self.denominator:
                return PrintedPercentage(_ALL - 1, Bound.MORE_THAN)
            if whole == 0 and self.numerator:
                return PrintedPercentage(1, Bound.LESS_THAN)
        return PrintedPercentage(whole)


def printed_percentage_of(
    statistic: Statistic | None, rounding: Rounding = Rounding.TRUE_ENDS
) -> PrintedPercentage | None:
    """Return the printed percentage of a statistic, `None` also where there is no statistic."""
    return None if statistic is None else statistic.printed(rounding)


def percentage_of(statistic: Statistic | None) -> int | None:
    """Return the percentage of a statistic, `None` also where there is no statistic."""
    return None if statistic is None else statistic.percentage


@dataclass(frozen=True, slots=True)
class PopulationRate:
    """`cases` among `population` residents."""

    cases: int
    population: int

    def __post_init__(self) -> None:
        if self.cases < 0 or self.population <= 0:
            message = f"{self.cases} cases among {self.population} residents is not a rate"
            raise ValueError(message)

    @property
    def tenths_per_100_000(self) -> int:
        """Tenths of a case per 100,000 residents, rounded half up: 39 is 3.9 per 100,000."""
        return (2_000_000 * self.cases + self.population) // (2 * self.population)


class StatisticName(StrEnum):
    """The statistics: what each is called, and which number of a tally it is of which (rule 2).

    All that goes through the statistics goes through these, in the order of the letter.
    """

    numerator: Number
    denominator: Number

    def __new__(cls, value: str, numerator: Number, denominator: Number) -> Self:
        """Take the name in records and editions, and the numbers that make the share up."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.numerator, member.denominator = numerator, denominator
        return member

    UPHOLD_RATE = "uphold_rate", UPHELD, INVESTIGATIONS
    COMPLIANCE_RATE = "compliance_rate", COMPLIED, COMPLIANCE_OUTCOMES
    SATISFACTORY_REMEDY_RATE = "satisfactory_remedy_rate", SATISFACTORY_REMEDIES, UPHELD

    @property
    def words(self) -> str:
        """What people call it: `uphold rate`."""
        return self.value.replace("_", " ")

    def is_known_from(self, tally: Tally) -> bool:
        """Whether the tally was counted with everything that the statistic is made from."""
        return tally.unknown.isdisjoint(self.numerator.measures | self.denominator.measures)

    def of(self, tally: Tally) -> Statistic:
        """Read the statistic off a tally."""
        return Statistic(tally.sum_of(self.numerator), tally.sum_of(self.denominator))


Statistics: TypeAlias = Mapping[StatisticName, Statistic]
"""The statistics of one authority, or pooled over several.

One is missing where it was not known yet when the figures were frozen.
"""


def statistics_of(tally: Tally) -> Statistics:
    """Read off a tally every statistic that can be known from it."""
    return {name: name.of(tally) for name in StatisticName if name.is_known_from(tally)}


def pooled(tallies: Iterable[Tally]) -> Statistics:
    """Pool numerators and denominators of several authorities into one comparison (rule 4)."""
    total = Tally()
    for tally in tallies:
        total = total + tally
    return statistics_of(total)
