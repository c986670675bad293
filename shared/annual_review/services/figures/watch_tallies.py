"""Watch the tallies of the year that runs: once a night each is counted again from its cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, TallyKey
from annual_review.services.directory import Directory
from annual_review.services.figures.reconcile_year import ReconcileYear
from annual_review.services.patience import Patience

COUNTED_AT: Final = 3
"""The hour in London in which they are counted: few decisions are recorded then."""


@dataclass(frozen=True, slots=True)
class WatchTallies:
    """Finds tallies that drifted from their cases long before a closing stumbles over them."""

    reconcile: ReconcileYear
    directory: Directory

    def adrift(self, at: datetime, patience: Patience) -> Iterator[AuthorityCode]:
        """Go through the authorities of which a tally differs, in the hour when it is counted.

        Where time ends, the rest is left for the next night. What counts for an authority that the
        register does not hold, a closing finds. `at` is the time in Europe/London.

        Raises:
            PortError: Something could not be read; also raised on the way.
        """
        if at.hour != COUNTED_AT:
            return
        year = ReportingYear.of(at.date())
        keys = [TallyKey(code, year) for code in self.directory.register()]
        stored = self.reconcile.cases.tallies(keys)
        for key in keys:
            if not patience.lasts():
                return
            if not self.reconcile.count(key, patience, stored.get(key, NOTHING_COUNTED)).agrees:
                yield key.authority
