"""Repair a year: bring tallies that differ to what their cases add up to, exactly once.

Why it is exact. The gap between a tally and its cases is the same at every moment, however many
decisions arrive: a recorder moves both together. So it is enough to know the gap of one moment and
to take it away once.

That moment is found by reading every case twice. Resets are only ever added, between two of them
versions only rise, and no case is ever deleted. So two readings with the same number of resets and
the same sum of versions have found every case unchanged from the one to the other; tallies that are
read between them belong to those very cases. Taking the gap away is one
transaction, on condition that the tally still has the version that was read. The record of it is
numbered, and each number is given once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annual_review.domain.cases import CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import (
    NOTHING_COUNTED,
    Measure,
    StoredTally,
    Tally,
    TallyKey,
    counted,
)
from annual_review.services.errors import PortError
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.patience import Patience

ROUNDS = 8
"""How often the cases are read, each time twice, before a repair gives up."""


@dataclass(frozen=True, slots=True)
class Repair:
    """The record of one repair: which tally was changed from what to what, by whom and why.

    `number` counts the repairs of this tally from 1.
    """

    key: TallyKey
    number: int
    at: datetime
    by: str
    reason: str
    before: StoredTally
    after: Tally

    @property
    def change(self) -> Tally:
        """What it adds to the tally."""
        return self.after - self.before


class RepairStore(YearCases, Protocol):
    """The cases and tallies, as far as a repair reads and changes them."""

    def every_case(self) -> Iterable[CaseState]:
        """Go through the state of every case there is, of all years, also those withdrawn.

        Each is found as it was when the reading began, or later.

        Raises:
            PortError: They could not be read; also raised on the way.
        """

    def repairs(self, year: ReportingYear) -> Sequence[Repair]:
        """Return the repairs of a year, by authority and number, read consistently."""

    def repair(self, repair: Repair) -> None:
        """Change a tally and keep the record of it, or neither.

        Raises:
            ConflictError: The tally was changed, or repaired, since it was read.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


@dataclass(frozen=True, slots=True)
class RepairReport:
    """The repairs that were made, and the tallies that could not be repaired this time."""

    repairs: tuple[Repair, ...]
    left: tuple[TallyKey, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reading of every case came to: resets and versions, summed up, and the tallies."""

    resets: int
    versions: int
    counted: Mapping[TallyKey, Tally]


@dataclass(frozen=True, slots=True)
class RepairYear:
    """Repairs tallies. Doing it again after a crash repairs what was not repaired yet."""

    store: RepairStore

    def repair(
        self, keys: Collection[TallyKey], by: str, reason: str, at: datetime, patience: Patience
    ) -> RepairReport:
        """Bring the tallies of one year to what their cases add up to.

        A tally that turns out to be right is left as it is. Where decisions keep arriving, or the
        table does not answer, all of it is read again, as long as patience lasts.

        Raises:
            PortError: Another attempt would not help; what was repaired stays repaired.
        """
        left = set(keys)
        for attempt in range(ROUNDS):
            try:
                left = self._repair_some(left, by, reason, at)
            except PortError as error:
                if not error.retryable:
                    raise
            if not left or not patience.lasts():
                break
            patience.pause(attempt)
        years = sorted({key.year for key in keys})
        made = [each for year in years for each in self.store.repairs(year)]
        return RepairReport(
            tuple(each for each in made if (each.at, each.by, each.key in keys) == (at, by, True)),
            tuple(sorted(left)),
        )

    def _repair_some(
        self, keys: Collection[TallyKey], by: str, reason: str, at: datetime
    ) -> set[TallyKey]:
        """Read everything twice and repair what differs; return what has to be read again."""
        made = self._numbers_given(keys)
        before = self._read(keys)
        stored = self.store.tallies(sorted(keys))
        if self._read(keys) != before:
            return set(keys)
        again: set[TallyKey] = set()
        for key in sorted(keys):
            seen, right = stored.get(key, NOTHING_COUNTED), before.counted[key]
            if seen == right:
                continue
            try:
                self.store.repair(Repair(key, made[key] + 1, at, by, reason, seen, right))
            except PortError as error:
                if not error.retryable:
                    raise
                again.add(key)
        return again

    def _numbers_given(self, keys: Iterable[TallyKey]) -> Mapping[TallyKey, int]:
        years = {key.year for key in keys}
        made = [each for year in years for each in self.store.repairs(year)]
        return {key: sum(each.key == key for each in made) for key in keys}

    def _read(self, keys: Collection[TallyKey]) -> _Reading:
        resets = versions = 0
        counts: dict[TallyKey, dict[Measure, int]] = {key: {} for key in keys}
        for state in self.store.every_case():
            resets += len(state.resets)
            versions += state.version
            if (counting := counted(state)) and (into := counts.get(counting[0])) is not None:
                for measure, added in counting[1].items():
                    into[measure] = into.get(measure, 0) + added
        return _Reading(resets, versions, {key: Tally(each) for key, each in counts.items()})
