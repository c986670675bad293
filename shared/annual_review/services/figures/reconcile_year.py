"""Reconcile a year: count every tally again from its cases, and tell every difference.

A recorder changes a case and its tally together, so the two can only differ if somebody changed one
of them by other means. They are read one after the other, though, from an index that lags by
moments, while decisions keep arriving. So a mismatch is read again before it is believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import (
    MEASURES,
    NOTHING_COUNTED,
    Measure,
    StoredTally,
    Tally,
    TallyKey,
)
from annual_review.services.figures.counted_cases import CountedCase, cases_in, tally_of_cases
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.patience import Patience
from annual_review.services.progress import Progress, no_progress

READINGS = 6
"""How often a tally that differs from its cases is read before the difference is believed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of which a tally holds another count than its cases add up to."""

    authority: AuthorityCode
    measure: Measure
    stored: int
    counted: int


@dataclass(frozen=True, slots=True)
class Count:
    """One tally as it is stored, and the cases that count in it.

    `is_registered` says whether the register holds the authority; of one that it doesn't hold,
    nothing would get into the figures.
    """

    key: TallyKey
    stored: StoredTally
    cases: tuple[CountedCase, ...]
    is_registered: bool = True

    @property
    def counted(self) -> Tally:
        """What the cases add up to."""
        return tally_of_cases(self.cases)

    @property
    def agrees(self) -> bool:
        """Whether the tally is what its cases add up to."""
        return self.stored == self.counted

    @property
    def differences(self) -> list[Difference]:
        """Every measure that differs, in the order of measures; unheard-of ones come last."""
        counted = self.counted
        gap = self.stored - counted
        return [
            Difference(self.key.authority, measure, self.stored[measure], counted[measure])
            for measure in (*MEASURES, *sorted(gap.keys() - set(MEASURES)))
            if measure in gap
        ]

    @property
    def is_left_out(self) -> bool:
        """Whether something counts here that the figures would leave out."""
        return not self.is_registered and bool(self.cases or self.stored)

    @property
    def is_in_order(self) -> bool:
        """Whether there is nothing to do about it."""
        return self.agrees and not self.is_left_out


@dataclass(frozen=True, slots=True)
class ReconcileYear:
    """Counts the tallies of a year again, one after the other."""

    cases: YearCases

    def counts(
        self,
        year: ReportingYear,
        register: Collection[AuthorityCode],
        patience: Patience,
        progress: Progress = no_progress,
    ) -> Iterator[Count]:
        """Count every tally of a year: those of the register's codes, then those of anybody else.

        The cases of one authority are held at a time, if the caller keeps none of the counts.
        """
        unknown = sorted(set(self.cases.counted_in(year)) - set(register))
        keys = [TallyKey(code, year) for code in (*register, *unknown)]
        stored = self.cases.tallies(keys)
        for done, key in enumerate(keys, 1):
            first = stored.get(key, NOTHING_COUNTED)
            yield self.count(key, patience, first, is_registered=key.authority in register)
            progress(done, len(keys))

    def count(
        self,
        key: TallyKey,
        patience: Patience,
        stored: StoredTally | None = None,
        *,
        is_registered: bool = True,
    ) -> Count:
        """Count one tally, reading again as long as it differs and there is reason for hope.

        `stored` is the tally where the caller has just read it.
        """
        count = self._read(key, stored, is_registered=is_registered)
        for attempt in range(READINGS - 1):
            if count.agrees or not patience.lasts():
                break
            patience.pause(attempt)
            count = self._read(key, None, is_registered=is_registered)
        return count

    def _read(self, key: TallyKey, stored: StoredTally | None, *, is_registered: bool) -> Count:
        if stored is None:
            stored = self.cases.tallies([key]).get(key, NOTHING_COUNTED)
        return Count(key, stored, cases_in(key, self.cases.of_tally(key)), is_registered)
