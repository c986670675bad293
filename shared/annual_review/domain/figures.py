"""Figures: the statistics and comparisons of a whole reporting year, one numbered revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear, Revision
from annual_review.domain.statistics import PopulationRate, Statistics, pooled, statistics_of
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey, added_up

_ABOUT: Final = 10
"""A volume is about another if they differ by one part in so many at most."""

_STRAYS: Final = 20
"""Of a year that was never closed, less than one part in so many is not the year, but strays."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What similar authorities stand at, pooled; missing or `None` where nothing is printed.

    `upheld_per_100_000` pools the authorities whose population is known.
    """

    statistics: Statistics = field(default_factory=dict)
    upheld_per_100_000: PopulationRate | None = None


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """What is frozen of one authority: its tally and what similar authorities stand at."""

    authority: Authority
    tally: Tally
    comparisons: Comparisons

    @property
    def statistics(self) -> Statistics:
        """The statistics of the authority itself."""
        return statistics_of(self.tally)

    @property
    def upheld_per_100_000(self) -> PopulationRate | None:
        """Its upheld decisions among its residents; `None` where their number is not known."""
        return _upheld_among([(self.authority, self.tally)])


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """What stood frozen for the same authority in an earlier year."""

    year: ReportingYear
    tally: Tally

    @property
    def statistics(self) -> Statistics:
        """The statistics of that year."""
        return statistics_of(self.tally)


@dataclass(frozen=True)
class YearFigures:
    """The figures of every authority in one year, in the order of their codes."""

    year: ReportingYear
    revision: Revision
    authorities: tuple[AuthorityFigures, ...]
    pools: Mapping[AuthorityType, Statistics]

    @cached_property
    def by_code(self) -> Mapping[AuthorityCode, AuthorityFigures]:
        """The figures of one authority by its code."""
        return {each.authority.code: each for each in self.authorities}

    @cached_property
    def national(self) -> Tally:
        """The sum over all authorities."""
        return added_up(each.tally for each in self.authorities)


@dataclass(frozen=True, slots=True)
class YearVolume:
    """How many decisions a year holds, and the year before it; `None` where nothing is known of it.

    A year that holds under half or over twice of what the year before held is questioned: a part of
    its events is missing, or they are another year's. Exactly half, and exactly twice, are not. Nor
    is a year without any decision: that one is never closed.
    """

    decisions: int
    before: int | None = None

    @classmethod
    def after_open_year(cls, decisions: int, before: int) -> YearVolume:
        """Return the volume of a year after one that was never closed.

        Where that holds less than a twentieth as many, it was not recorded here: what there is of
        it are single cases, such as those that a correction moved. Then nothing is known of it.
        """
        return cls(decisions, before if before and _STRAYS * before >= decisions else None)

    @property
    def is_small(self) -> bool:
        """Whether it holds under half of what the year before held."""
        return self.decisions > 0 and 2 * self.decisions < (self.before or 0)

    @property
    def is_large(self) -> bool:
        """Whether it holds over twice of what the year before held."""
        return bool(self.before) and self.decisions > 2 * (self.before or 0)

    @property
    def is_questioned(self) -> bool:
        """Whether a person has to say that it is right."""
        return self.is_small or self.is_large

    def is_about(self, other: YearVolume) -> bool:
        """Whether neither year differs by more than a tenth of what it holds in the other volume.

        Who accepted the other volume has then accepted this one: single decisions arrive, and are
        corrected, until a year is closed.
        """
        pairs = ((self.decisions, other.decisions), (self.before or 0, other.before or 0))
        return all(_ABOUT * abs(here - there) <= there for here, there in pairs)


def corrected(
    figures: AuthorityFigures, name: str, tally: Tally, pool: Statistics | None
) -> AuthorityFigures:
    """Return the figures of an authority with another name and tally, as a re-issue prints them.

    `pool` is what was frozen first of its type. It stays what it was, so that every letter of a
    year prints the same comparison (rule 4); so do type and population.
    """
    authority = replace(figures.authority, name=name)
    upheld = figures.comparisons.upheld_per_100_000
    return AuthorityFigures(authority, tally, _comparisons(authority, tally, pool, upheld))


def keys_of(authority: Authority, year: ReportingYear) -> tuple[TallyKey, ...]:
    """Return the tallies of an authority in a year: one for each code that it has or had."""
    return tuple(TallyKey(code, year) for code in authority.codes)


def figures_of_year(
    year: ReportingYear,
    register: Register,
    tallies: Mapping[TallyKey, Tally],
    revision: Revision = FIRST_REVISION,
) -> YearFigures:
    """Compute the figures of a year from its register and tallies (rules 2, 4, 5, 6).

    What was counted under any code of an authority counts for it. An authority is in the figures
    if it was in being on a day of the year or if anything counts for it, though it had been
    abolished earlier.
    """
    included = [
        (authority, added_up(tallies.get(key, NOTHING_COUNTED) for key in keys_of(authority, year)))
        for authority in register.values()
    ]
    included = [(each, tally) for each, tally in included if each.existed_in(year) or tally]
    pools = {
        type_: pooled(tally for each, tally in included if each.type is type_)
        for type_ in AuthorityType
        if type_.is_compared
    }
    upheld = {
        type_: _upheld_among((each, tally) for each, tally in included if each.type is type_)
        for type_ in pools
    }
    return YearFigures(
        year=year,
        revision=revision,
        authorities=tuple(
            AuthorityFigures(
                each,
                tally,
                _comparisons(each, tally, pools.get(each.type), upheld.get(each.type)),
            )
            for each, tally in included
        ),
        pools=pools,
    )


def _upheld_among(pool: Iterable[tuple[Authority, Tally]]) -> PopulationRate | None:
    """Add up the upheld decisions and the residents of authorities whose population is known."""
    upheld = population = 0
    for authority, tally in pool:
        if authority.population:
            upheld += tally.upheld
            population += authority.population
    return PopulationRate(upheld, population) if population else None


def _comparisons(
    authority: Authority, tally: Tally, pool: Statistics | None, upheld: PopulationRate | None
) -> Comparisons:
    if pool is None:
        return Comparisons()
    own = statistics_of(tally)
    return Comparisons(
        # Only where the authority has a percentage to set beside it (rule 5).
        {name: each for name, each in pool.items() if name in own and own[name].denominator},
        upheld_per_100_000=upheld if authority.population else None,
    )
