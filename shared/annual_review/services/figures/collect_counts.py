"""Collect the counts of many authorities as they were at one moment, while recording goes on.

A double collect. Each tally carries a version, which every change of one of its cases changes in
the same transaction. What was read of an authority stays true as long as its version stays the
same. So whatever moved is read again, until a whole reading of the versions finds that nothing has:
then all counts are those of the moment at which that reading began. A case that moves from one
authority to another changes both versions, and can be found neither twice nor not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from annual_review.domain.tallies import NOTHING_COUNTED, TallyKey
from annual_review.services.figures.reconcile_year import Count, ReconcileYear
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.patience import Patience
from annual_review.services.progress import Progress


@dataclass(slots=True)
class CollectCounts:
    """Counts collected so far, by tally."""

    cases: YearCases
    counts: dict[TallyKey, Count] = field(default_factory=dict)

    def refresh(
        self, keys: Sequence[TallyKey], patience: Patience, progress: Progress
    ) -> Sequence[TallyKey]:
        """Read again whatever moved since it was read last, and return which tallies that was.

        Where none has moved, `counts` holds the counts of the moment at which this call began.
        """
        stored = self.cases.tallies(keys)
        moved = [
            key for key in keys if self._has_moved(key, stored.get(key, NOTHING_COUNTED).version)
        ]
        reconciling = ReconcileYear(self.cases)
        for done, key in enumerate(moved, 1 + len(keys) - len(moved)):
            first = stored.get(key, NOTHING_COUNTED)
            self.counts[key] = reconciling.count(key, patience, first)
            progress(done, len(keys))
        return moved

    def _has_moved(self, key: TallyKey, version: int) -> bool:
        return key not in self.counts or self.counts[key].stored.version != version
