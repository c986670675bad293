"""A year as it stands today, in the shape of a public one: for the data team, never published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.figures import AuthorityFigures, keys_of
from annual_review.domain.reporting_year import NOT_FROZEN, ReportingYear
from annual_review.services.at_once import Spread, one_by_one
from annual_review.services.directory import Directory
from annual_review.services.errors import RefusalError
from annual_review.services.figures.counted_cases import CountedCase, cases_in
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.figures.today.live_figures import live_figures
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.public_year import PublicYear, public_authority
from annual_review.services.publication.publication_store import HistoryStore


class NothingCountedError(RefusalError):
    """There are no figures of a year today."""


@dataclass(frozen=True, slots=True)
class LiveYears:
    """Reads today's figures of a year, and beside them the years before that are public."""

    cases: YearCases
    directory: Directory
    history: HistoryStore
    standings: YearStandings
    years: GatherYears
    spread: Spread = one_by_one

    def up_to(self, year: ReportingYear, at: datetime) -> tuple[PublicYear, ...]:
        """Return a year as it stands `at` this moment, then those before it, the latest first.

        It has no letters: those are of frozen figures.

        Raises:
            NothingCountedError: No authority was in being in that year.
            AlteredRecordError: Figures of a year before are not those that were frozen.
        """
        today = self._today(year, at)
        before = [each for each in self.history.get().years if each.ends < year.ends]
        stands = self.standings.of_all(before)
        return today, *self.years.gather({each: of.challenged for each, of in stands.items()})

    def _today(self, year: ReportingYear, at: datetime) -> PublicYear:
        register = self.directory.register()
        figures = live_figures(self.cases, year, register)
        if not figures.authorities:
            raise NothingCountedError(
                f"the register holds no authority that was in being in {year}: load it"
            )
        counted: Iterator[tuple[CountedCase, ...]] = self.spread(
            lambda each: self._cases_of(each, year), figures.authorities
        )
        return PublicYear(
            year=year,
            revision=NOT_FROZEN,
            published_on=at.date(),
            authorities=tuple(
                public_authority(FrozenAuthority(year, NOT_FROZEN, each, cases), register, None)
                for each, cases in zip(figures.authorities, counted, strict=True)
            ),
            pools=figures.pools,
            national=figures.national,
            is_sample=self.years.is_sample,
            counted_at=at,
        )

    def _cases_of(self, each: AuthorityFigures, year: ReportingYear) -> tuple[CountedCase, ...]:
        return tuple(
            case
            for key in keys_of(each.authority, year)
            for case in cases_in(key, self.cases.of_tally(key))
        )
