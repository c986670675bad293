"""The words of the statistics: the ombudsman's fixed sentences, which editions don't change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from annual_review.domain.statistics import StatisticName
from annual_review.rendering.editions.edition_schema import Wording
from annual_review.rendering.text.wording import counted

NO_INVESTIGATION: Final = "No detailed investigation was completed in this period"
NO_RECOMMENDATION: Final = "No recommendations were due for compliance in this period"
NOTHING_UPHELD: Final = "No complaint was upheld in this period"
FAILURE_IS_RARE: Final = (
    "Failure to comply with our recommendations is rare. An authority with a compliance rate below "
    "100% should scrutinise those complaints where it failed to comply and identify any learning."
)


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: one is singular, every other number plural."""

    one: str
    many: str

    def counted(self, number: int) -> str:
        """Return the number and the noun: `1 upheld decision`, `0 upheld decisions`."""
        return counted(number, self.one, self.many)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticWords:
    """The words of one statistic, as far as it has them.

    `{share}` in `statement` and `description` stands for the percentage. `short` heads a column of
    a table. `count` names what the numerator counts, `base` what the denominator does. `absence` is
    all that is said where there are no cases.
    """

    title: str
    short: str
    statement: str
    description: str
    count: Noun | None = None
    base: Noun
    note: str | None = None
    absence: str


def words_of(name: StatisticName, wording: Wording) -> StatisticWords:
    """Return the words of a statistic in an edition."""
    match name:
        case StatisticName.UPHOLD_RATE:
            return StatisticWords(
                title="Complaints upheld",
                short="Complaints upheld",
                statement="{share} of complaints we investigated were upheld.",
                description="{share} of complaints we investigated were upheld",
                count=Noun("upheld decision", "upheld decisions"),
                base=Noun("detailed investigation", "detailed investigations"),
                absence=NO_INVESTIGATION,
            )
        case StatisticName.COMPLIANCE_RATE:
            return StatisticWords(
                title="Compliance with Ombudsman recommendations",
                short="Compliance",
                statement="In {share} of cases we were satisfied the authority had successfully "
                "implemented our recommendations.",
                description="in {share} of cases the authority implemented our recommendations",
                base=Noun("compliance outcome", "compliance outcomes"),
                note=FAILURE_IS_RARE,
                absence=NO_RECOMMENDATION,
            )
        case StatisticName.SATISFACTORY_REMEDY_RATE:
            base = wording.remedies_base
            return StatisticWords(
                title="Satisfactory remedies provided by the authority",
                short="Satisfactory remedies",
                statement="In {share} of upheld cases we found the authority had provided a "
                "satisfactory remedy before the complaint reached the Ombudsman.",
                description="in {share} of upheld cases the authority had provided a satisfactory "
                "remedy",
                count=Noun("satisfactory remedy decision", "satisfactory remedy decisions"),
                base=Noun(base.one, base.many),
                absence=NOTHING_UPHELD,
            )
        case _:
            assert_never(name)
