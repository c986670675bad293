"""Variants that the figures make: how many cases there are, what is compared, what went before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.rendering.checks.variants.facts import (
    COUNTY,
    DISTRICT,
    ORDINARY,
    Counts,
    earlier_year,
    facts_of,
)
from annual_review.rendering.checks.variants.variant import Variant
from annual_review.rendering.editions.edition import Edition


def variants_of_figures(edition: Edition) -> Iterator[Variant]:
    """Go through the variants of the statistics: one, several, none."""

    def counted(name: str, shows: str, counts: Counts) -> Variant:
        return Variant(name, shows, facts_of(edition, DISTRICT, counts))

    yield Variant(
        "ordinary",
        "An ordinary letter: every figure there is, each beside that of similar authorities.",
        facts_of(edition, COUNTY, ORDINARY),
    )
    yield counted(
        "one-of-each",
        "One investigation, upheld, and one compliance outcome: all is singular, but not zero.",
        Counts(upheld=1, on_time=1),
    )
    yield counted(
        "one-remedy",
        "One upheld decision with a satisfactory remedy.",
        Counts(upheld=1, satisfactory_remedy=1, late=1),
    )
    yield counted(
        "two-of-each",
        "Two of everything: all is plural.",
        Counts(not_upheld=2, upheld=2, satisfactory_remedy=2, on_time=2),
    )
    yield counted(
        "four-cases",
        "Percentages on two to four cases, the most that call for a caution.",
        Counts(advice_given=3, not_upheld=1, upheld=3, satisfactory_remedy=1, on_time=2),
    )
    yield counted(
        "five-cases",
        "Percentages on five cases, the fewest that need no caution.",
        Counts(upheld=5, satisfactory_remedy=1, on_time=5),
    )
    yield counted(
        "nothing-counted",
        "A year without any case: a sentence in the place of each statistic.",
        Counts(),
    )
    yield counted(
        "no-investigation",
        "Complaints came, but none was investigated; recommendations of the year before were due.",
        Counts(invalid_or_incomplete=2, advice_given=5, referred_back=6, on_time=6),
    )
    yield counted(
        "nothing-upheld",
        "Complaints were investigated and none was upheld: 0%, and no base for remedies.",
        Counts(referred_back=3, not_upheld=6, on_time=5),
    )
    yield counted(
        "one-not-upheld",
        "One investigation, not upheld, and no compliance outcome.",
        Counts(not_upheld=1),
    )
    yield counted(
        "no-compliance-outcome",
        "No recommendation was due: one sentence in the place of the whole block.",
        Counts(advice_given=4, not_upheld=5, upheld=8, satisfactory_remedy=1),
    )
    yield counted(
        "below-100",
        "A compliance rate below 100%, a remedy rate of 100%.",
        Counts(upheld=6, satisfactory_remedy=6, on_time=6, late=1, not_complied=1),
    )
    yield counted(
        "almost-all",
        "249 of 250 upheld and 1 of 249 put right: neither all nor nothing, and not said to be.",
        Counts(not_upheld=1, upheld=249, satisfactory_remedy=1, on_time=199, not_complied=1),
    )
    yield Variant(
        "thousands",
        "A very large authority: four figures in the largest number.",
        facts_of(
            edition,
            replace(COUNTY, type=AuthorityType.LONDON, name="London Borough of Eastgate"),
            Counts(
                invalid_or_incomplete=104,
                advice_given=231,
                referred_back=307,
                closed_after_initial_enquiries=265,
                not_upheld=125,
                upheld=415,
                satisfactory_remedy=102,
                on_time=380,
                late=19,
                not_complied=1,
            ),
        ),
    )


def variants_of_comparisons(edition: Edition) -> Iterator[Variant]:
    """Go through the variants of what stands beside the statistics."""
    yield Variant(
        "type-other",
        "An authority that is compared with no other: the line with the average is left out.",
        facts_of(
            edition,
            Authority(
                AuthorityCode("E26000099"),
                "Highmoor National Park Authority",
                AuthorityType.OTHER,
            ),
            Counts(referred_back=2, not_upheld=4, upheld=3, satisfactory_remedy=1, on_time=7),
        ),
    )
    yield Variant(
        "population-unknown",
        "The number of residents is not known: nothing is said per 100,000 of them.",
        facts_of(edition, replace(COUNTY, population=None), ORDINARY),
    )
    yield Variant(
        "whole-rates",
        "Whole rates by population, without a decimal: 1 of its own, 5 in similar authorities.",
        facts_of(edition, DISTRICT, Counts(not_upheld=5, upheld=1, on_time=5)),
    )


def variants_of_earlier_years(edition: Edition) -> Iterator[Variant]:
    """Go through the variants of the trend."""
    facts = facts_of(edition, COUNTY, ORDINARY)
    years = edition.reporting_year
    some = (
        earlier_year(years, 3, Counts(not_upheld=20, upheld=11, on_time=11)),
        earlier_year(years, 2, Counts(not_upheld=12, upheld=18, satisfactory_remedy=1, on_time=9)),
        earlier_year(years, 1, Counts(not_upheld=9, upheld=27, satisfactory_remedy=4, late=16)),
    )
    yield Variant(
        "trend",
        "Three years were frozen before this one.",
        replace(facts, earlier=some),
    )
    gaps = (
        earlier_year(years, 5, Counts(not_upheld=1, upheld=2, on_time=1)),
        earlier_year(years, 4, Counts(referred_back=2)),
        earlier_year(years, 2, Counts(not_upheld=3, on_time=2)),
        earlier_year(years, 1, Counts(upheld=2, satisfactory_remedy=1, on_time=1, not_complied=1)),
    )
    yield Variant(
        "trend-with-gaps",
        "Earlier years without any case, and one that was never frozen: the lines break.",
        replace(
            facts_of(edition, DISTRICT, Counts(not_upheld=2, upheld=1, on_time=1)), earlier=gaps
        ),
    )
    many = tuple(
        earlier_year(
            years,
            before,
            Counts(
                not_upheld=20 + before,
                upheld=40 - before,
                satisfactory_remedy=before,
                on_time=19,
                not_complied=before % 2,
            ),
        )
        for before in range(12, 0, -1)
    )
    yield Variant(
        "long-trend",
        "Twelve years were frozen before this one: the latest of them are shown.",
        replace(facts, earlier=many),
    )
