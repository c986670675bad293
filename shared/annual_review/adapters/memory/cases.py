"""Case states and tallies in memory, under the same conditions as the table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, StoredTally, Tally, TallyKey, counted
from annual_review.services.errors import ConflictError
from annual_review.services.figures.repair_year import Repair
from annual_review.services.recording.case_changes import CaseChange


class InMemoryCaseStore:
    """Implements `CaseStore`, `YearCases` and `RepairStore`."""

    def __init__(self) -> None:
        self._states: dict[CaseKey, CaseState] = {}
        self._tallies: dict[TallyKey, StoredTally] = {}
        self._index: dict[TallyKey, dict[CaseKey, CaseState]] = {}
        self._repairs: dict[tuple[TallyKey, int], Repair] = {}

    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        """Return the stored states of these cases."""
        return {key: self._states[key] for key in keys if key in self._states}

    def commit(self, change: CaseChange) -> None:
        """Write all of a change, or nothing.

        Raises:
            ConflictError: A stored state is not the one that was seen.
        """
        for write in change.writes:
            stored = self._states.get(write.state.key)
            if _version(stored) != _version(write.seen):
                raise ConflictError(f"case {write.state.reference} moved on")
        for write in change.writes:
            self._replace(write.state)
        for key, difference in change.tallies.items():
            self._write(key, self.tally(key) + difference)

    def of_tally(self, key: TallyKey) -> Sequence[CaseState]:
        """Return every case state that counts in one tally."""
        return tuple(self._index.get(key, {}).values())

    def tally(self, key: TallyKey) -> StoredTally:
        """Return a stored tally; one that was never written holds nothing."""
        return self._tallies.get(key, NOTHING_COUNTED)

    def counted_in(self, year: ReportingYear) -> Collection[AuthorityCode]:
        """Return every authority of which a tally or a counting case of the year is stored."""
        keys = {*self._tallies, *(key for key, cases in self._index.items() if cases)}
        return {key.authority for key in keys if key.year == year}

    @property
    def years(self) -> Sequence[ReportingYear]:
        """The years in which something is counted, in order."""
        return sorted({key.year for key in self._tallies})

    def tallies(self, keys: Collection[TallyKey]) -> Mapping[TallyKey, StoredTally]:
        """Return the stored tallies."""
        return {key: self._tallies[key] for key in keys if key in self._tallies}

    def every_case(self) -> Iterator[CaseState]:
        """Go through the state of every case there is.

        As in the table, cases that are written meanwhile are found as they were or as they are.
        """
        for key in list(self._states):
            yield self._states[key]

    def repairs(self, year: ReportingYear) -> Sequence[Repair]:
        """Return the repairs of a year, by authority and number."""
        return [self._repairs[each] for each in sorted(self._repairs) if each[0].year == year]

    def repair(self, repair: Repair) -> None:
        """Change a tally and keep the record of it, or neither.

        Raises:
            ConflictError: The tally was changed, or repaired, since it was read.
        """
        name = (repair.key, repair.number)
        if name in self._repairs or self.tally(repair.key).version != repair.before.version:
            raise ConflictError(f"the tally of {repair.key.authority} moved on")
        self._repairs[name] = repair
        self._write(repair.key, repair.after)

    def _write(self, key: TallyKey, counts: Tally) -> None:
        self._tallies[key] = StoredTally(counts, self.tally(key).version + 1)

    def _replace(self, state: CaseState) -> None:
        before = self._states.get(state.key)
        if before is not None and (counting := counted(before)):
            del self._index[counting[0]][before.key]
        self._states[state.key] = state
        if counting := counted(state):
            self._index.setdefault(counting[0], {})[state.key] = state


def _version(state: CaseState | None) -> int | None:
    return None if state is None else state.version
