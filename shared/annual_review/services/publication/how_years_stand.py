"""How years stand when their publication is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annual_review.domain.publication.challenges import open_challenges
from annual_review.domain.publication.rules import YearStands
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.figures.closes import Closes
from annual_review.services.publication.publication_store import ChallengeStore
from annual_review.services.year_end.year_phases import PhaseStore


@dataclass(frozen=True, slots=True)
class YearStandings:
    """Reads what a publication has to agree with."""

    phases: PhaseStore
    closes: Closes
    challenges: ChallengeStore

    def of(self, year: ReportingYear) -> YearStands:
        """Read how a year stands."""
        close = self.closes.latest(year)
        return YearStands(
            phase=self.phases.get(year).phase,
            revision=close.revision if close else None,
            challenged=frozenset(open_challenges(self.challenges.of_year(year))),
        )

    def of_all(self, years: Iterable[ReportingYear]) -> Mapping[ReportingYear, YearStands]:
        """Read how several years stand."""
        return {year: self.of(year) for year in years}
