"""How the pages put a statistic, what chance can do to it, and how it compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.publication.intervals import (
    Difference,
    Range,
    chance_range,
    difference,
)
from annual_review.domain.statistics import Statistic, StatisticName, Statistics


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one statistic; `hits` and `cases` follow numbers."""

    title: str
    share_of: str
    hits: str
    case: str
    cases: str
    nothing: str
    column: str


WORDS: Final = {
    StatisticName.UPHOLD_RATE: Words(
        "Complaints upheld",
        "of the complaints we investigated were upheld",
        "upheld",
        "detailed investigation",
        "detailed investigations",
        "We completed no detailed investigation in this year.",
        "Upheld",
    ),
    StatisticName.COMPLIANCE_RATE: Words(
        "Compliance with recommendations",
        "of cases had our recommendations carried out",
        "carried out",
        "compliance outcome",
        "compliance outcomes",
        "No recommendations were due for compliance in this year.",
        "Complied",
    ),
    StatisticName.SATISFACTORY_REMEDY_RATE: Words(
        "Satisfactory remedies offered first",
        "of upheld complaints already had a satisfactory remedy",
        "remedied before they reached us",
        "upheld complaint",
        "upheld complaints",
        "We upheld no complaint in this year.",
        "Remedied first",
    ),
}

TYPES: Final = {
    AuthorityType.COUNTY: "county councils",
    AuthorityType.DISTRICT: "district councils",
    AuthorityType.METROPOLITAN: "metropolitan boroughs",
    AuthorityType.UNITARY: "unitary councils",
    AuthorityType.LONDON: "London boroughs",
    AuthorityType.OTHER: "other bodies",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One statistic of one authority, as the pages read it."""

    name: StatisticName
    own: Statistic
    beside: Statistic | None
    range: Range | None
    differs: Difference | None

    @property
    def words(self) -> Words:
        """What it is called."""
        return WORDS[self.name]

    @property
    def percent(self) -> str:
        """The percentage as it is printed; nothing where there is no case."""
        return printed(self.own)

    @property
    def fraction(self) -> str:
        """The counts: `2 of 4`; a dash without any case."""
        if not self.own.denominator:
            return "–"
        return f"{self.own.numerator:,} of {self.own.denominator:,}"

    @property
    def counts(self) -> str:
        """The counts and the percentage in one: `2 of 4 (50%)`; `no cases` without any."""
        return f"{self.fraction} ({self.percent})" if self.own.denominator else "no cases"

    @property
    def base(self) -> str:
        """What the counts are of: `4 detailed investigations`."""
        noun = self.words.case if self.own.denominator == 1 else self.words.cases
        return f"{self.own.denominator:,} {noun}"

    @property
    def is_few(self) -> bool:
        """Whether so few cases stand behind it that the percentage says little."""
        return self.own.has_few_cases

    @property
    def average(self) -> str:
        """What similar authorities stand at."""
        return printed(self.beside)

    @property
    def by_chance(self) -> str:
        """The sentence on what chance can do."""
        if self.range is None:
            return ""
        low, high = printed(self.range.lower), printed(self.range.upper)
        counts = f"{self.fraction} {self.words.hits}"
        return f"With {counts}, chance alone could explain anything from {low} to {high}."

    @property
    def verdict(self) -> str:
        """Whether it differs from similar authorities by more than chance explains."""
        if self.beside is None or self.range is None:
            return ""
        if self.differs is None:
            return "Chance alone can explain the difference from similar authorities."
        return f"Differs from similar authorities: {self.differs} than chance explains."


def readings(own: Statistics, pool: Statistics) -> tuple[Reading, ...]:
    """Return the statistics of an authority in their order, beside those of its pool."""
    return tuple(
        _reading(name, own[name], pool.get(name) if own[name].denominator else None)
        for name in StatisticName
        if name in own
    )


@cache
def _reading(name: StatisticName, own: Statistic, beside: Statistic | None) -> Reading:
    # Every page of an authority needs those of its neighbours, of its peers and of other years.
    return Reading(
        name, own, beside, chance_range(own), difference(own, beside) if beside else None
    )


def not_final(counted_at: datetime) -> str:
    """Say of today's figures that they are not final."""
    at = f"{counted_at.day} {counted_at:%B %Y at %H:%M}"
    return f"Not final: counted on {at} from what was recorded by then. Not for publication."


def printed(share: Statistic | None) -> str:
    """Return a share as a percentage, nothing where there is none."""
    percentage = None if share is None else share.printed()
    return "" if percentage is None else str(percentage)
