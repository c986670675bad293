"""The page of one authority: its three statistics, what chance can do, years, subjects, cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import (
    FEW_CASES,
    Statistic,
    StatisticName,
    statistics_of,
)
from annual_review.domain.tallies import Measure, Tally
from annual_review.rendering.site import addresses
from annual_review.rendering.site.map_cells import Place, cells_of, neighbours
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.statistic_words import Reading, readings
from annual_review.services.publication.public_year import (
    PublicAuthority,
    PublicDecision,
    PublicYear,
)

PEERS: Final = 5
_POOLED_YEARS: Final = 3
_POOLED_UNDER: Final = 2 * FEW_CASES


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of an authority's trend."""

    year: ReportingYear
    readings: Sequence[Reading]
    late: int


@dataclass(frozen=True)
class AuthorityView:
    """What the page of an authority shows."""

    site: Site
    of: PublicYear
    public: PublicAuthority
    cells: Mapping[AuthorityCode, Sequence[Place]]

    @property
    def authority(self) -> Authority:
        """Whose page it is."""
        return self.public.authority

    @property
    def code(self) -> AuthorityCode:
        """Its code."""
        return self.authority.code

    @cached_property
    def readings(self) -> Sequence[Reading]:
        """Its statistics in this year."""
        return _read(self.of, self.public)

    @property
    def late(self) -> int:
        """Recommendations carried out late: they count as complied."""
        return self.public.figures.tally[Measure(ComplianceOutcome.LATE.value)]

    @property
    def not_complied(self) -> int:
        """Cases in which the recommendations were not carried out."""
        return self.public.figures.tally[Measure(ComplianceOutcome.NOT_COMPLIED.value)]

    @property
    def decisions(self) -> int:
        """All complaints and enquiries decided."""
        return self.public.figures.tally.decisions

    @cached_property
    def trend(self) -> Sequence[YearRow]:
        """Every year whose figures are public, earliest first."""
        return [
            YearRow(
                year.year,
                _read(year, found),
                found.figures.tally[Measure(ComplianceOutcome.LATE.value)],
            )
            for year in reversed(self.site.years)
            if year.year.ends <= self.of.year.ends and (found := year.by_code.get(self.code))
        ]

    @cached_property
    def pooled(self) -> Mapping[StatisticName, tuple[Reading, int]]:
        """Up to three years in a row, with their number, where one alone has few cases."""
        by_year = {year.year.ends: year.by_code.get(self.code) for year in self.site.years}
        found = (by_year.get(self.of.year.ends - back) for back in range(_POOLED_YEARS))
        last = [public.figures.tally for public in takewhile(bool, found) if public]
        total = sum(last, Tally())
        few = {each.name for each in self.readings if each.own.denominator < _POOLED_UNDER}
        return {
            name: (readings({name: together}, {})[0], len(last))
            for name in few
            if len(last) > 1 and (together := name.of(total)).denominator
        }

    @property
    def years(self) -> Sequence[ReportingYear]:
        """The years in which it has figures, latest first."""
        return [each.year for each in self.site.years if self.code in each.by_code]

    @property
    def letters(self) -> Sequence[ReportingYear]:
        """The years whose letter may be read, latest first."""
        return [
            year.year
            for year in self.site.years
            if (found := year.by_code.get(self.code)) and found.letter
        ]

    @cached_property
    def subjects(self) -> Sequence[tuple[str, Statistic]]:
        """Decisions by subject, most first, each of all decisions."""
        counted = sorted(
            ((count, subject.value) for subject, count in self.public.subjects.items() if count),
            key=lambda each: (-each[0], each[1]),
        )
        whole = sum(count for count, _ in counted)
        return [(name, Statistic(count, whole)) for count, name in counted]

    @cached_property
    def improved(self) -> Sequence[tuple[ReportingYear, PublicDecision]]:
        """Decisions of all years with something to improve or a public report, latest first."""
        return [
            (year.year, decision)
            for year in self.site.years
            if year.year.ends <= self.of.year.ends and (found := year.by_code.get(self.code))
            for decision in sorted(found.decisions, key=lambda each: each.decided_on, reverse=True)
            if decision.service_improvements or decision.public_report
        ]

    @property
    def improved_subjects(self) -> Sequence[str]:
        """The subjects of these decisions, each once."""
        return sorted({each.subject.value for _, each in self.improved if each.subject})

    @property
    def corrected(self) -> Sequence[tuple[Reading, Reading]]:
        """What a correction changed: each statistic as it was before, and as it is now."""
        if self.public.correction is None:
            return []
        before = readings(statistics_of(self.public.correction.before), {})
        return [
            (old, new)
            for old, new in zip(before, self.readings, strict=False)
            if old.own != new.own
        ]

    @cached_property
    def beside(self) -> Sequence[tuple[PublicAuthority, Sequence[Reading]]]:
        """Its neighbours on the map, by their names."""
        around = neighbours(self.code, self.cells)
        found = sorted(
            (self.of.by_code[code] for code in around), key=lambda each: each.authority.name
        )
        return [(each, _read(self.of, each)) for each in found]

    @cached_property
    def peers(self) -> Sequence[tuple[PublicAuthority, Sequence[Reading]]]:
        """Those that a file names as its peers, else those of its type nearest in population."""
        if chosen := self.site.peers.get(self.code):
            named = [self.of.by_code[code] for code in chosen if code in self.of.by_code]
            return [(each, _read(self.of, each)) for each in named]
        own = self.authority.population
        if own is None or not self.authority.type.is_compared:
            return []
        others = [
            (abs(population - own), each.authority.code, each)
            for each in self.of.by_type[self.authority.type]
            if each.authority.code != self.code and (population := each.authority.population)
        ]
        nearest = [each for _, _, each in sorted(others, key=lambda each: each[:2])[:PEERS]]
        return [(each, _read(self.of, each)) for each in nearest]

    @cached_property
    def successors(self) -> Sequence[tuple[AuthorityCode, str | None]]:
        """Who took over, by code and name; no name where no year knows of it."""
        return [(code, self._name_of(code)) for code in self.authority.successors]

    @property
    def predecessors(self) -> Sequence[Authority]:
        """Whom it took over from."""
        return self.site.predecessors.get(self.code, ())

    def _name_of(self, code: AuthorityCode) -> str | None:
        return next(
            (year.by_code[code].authority.name for year in self.site.years if code in year.by_code),
            None,
        )


def authority_pages(site: Site, year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Make the pages of every authority of a year: of this year, to print and, if last, its own."""
    later = [each for each in site.years if each.year.ends > year.year.ends]
    seen = {code for each in later for code in each.by_code}
    seen |= {awaited.code for each in later for awaited in each.awaited}
    for awaited in year.awaited:
        paths = [addresses.authority(awaited.code, year.year)]
        if awaited.code not in seen:
            paths.append(addresses.authority(awaited.code))
        years = [each.year for each in site.years if awaited.code in each.by_code]
        for path in paths:
            yield path, site.page(path, "awaited", of=year, awaited=awaited, years=years)
    cells = cells_of(
        each.authority for each in year.authorities if each.authority.existed_in(year.year)
    )
    for public in year.authorities:
        view = AuthorityView(site, year, public, cells)
        paths = [addresses.authority(view.code, year.year)]
        if view.code not in seen:
            paths.append(addresses.authority(view.code))
        for path in paths:
            yield path, site.page(path, "authority", view=view)
        path = addresses.sheet(view.code, year.year)
        yield path, site.page(path, "scrutiny", view=view)


def _read(year: PublicYear, public: PublicAuthority) -> tuple[Reading, ...]:
    pool = year.pools.get(public.authority.type, {})
    return readings(public.figures.statistics, pool)
