"""Statistics: a numerator, a denominator and one whole percentage, without any float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from annual_review.domain.tallies import Tally


@dataclass(frozen=True, slots=True)
class Statistic:
    """`numerator` of `denominator` cases."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        """Refuse counts that no list of cases can have.

        Raises:
            ValueError: The numerator is negative or exceeds the denominator.
        """
        if not 0 <= self.numerator <= self.denominator:
            message = f"{self.numerator} of {self.denominator} cases is not a statistic"
            raise ValueError(message)

    @property
    def percentage(self) -> int | None:
        """The whole percentage, rounded half up (rule 3); `None` without any case (rule 5)."""
        if not self.denominator:
            return None
        return (200 * self.numerator + self.denominator) // (2 * self.denominator)


@dataclass(frozen=True, slots=True)
class PopulationRate:
    """`cases` among `population` residents."""

    cases: int
    population: int

    def __post_init__(self) -> None:
        """Refuse what no authority can have.

        Raises:
            ValueError: There are no residents, or fewer cases than none.
        """
        if self.cases < 0 or self.population <= 0:
            message = f"{self.cases} cases among {self.population} residents is not a rate"
            raise ValueError(message)

    @property
    def tenths_per_100_000(self) -> int:
        """Tenths of a case per 100,000 residents, rounded half up: 39 is 3.9 per 100,000."""
        return (2_000_000 * self.cases + self.population) // (2 * self.population)


@dataclass(frozen=True, slots=True)
class Statistics:
    """The three statistics, of one authority or pooled over several."""

    uphold_rate: Statistic
    compliance_rate: Statistic
    satisfactory_remedy_rate: Statistic

    @classmethod
    def of(cls, tally: Tally) -> Statistics:
        """Read the three statistics off a tally (rule 2)."""
        return cls(
            uphold_rate=Statistic(tally.upheld, tally.investigations),
            compliance_rate=Statistic(tally.complied, tally.compliance_outcomes),
            satisfactory_remedy_rate=Statistic(tally.satisfactory_remedies, tally.upheld),
        )


def pooled(tallies: Iterable[Tally]) -> Statistics:
    """Pool numerators and denominators of several authorities into one comparison (rule 4)."""
    total = Tally()
    for tally in tallies:
        total = total + tally
    return Statistics.of(total)
