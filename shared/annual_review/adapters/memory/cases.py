"""Case states and tallies in memory, under the same conditions as the table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, StoredTally, Tally, TallyKey, counted
from annual_review.services.errors import ConflictError
from annual_review.services.figures.repair_year import Repair, RepairStore
from annual_review.services.recording.case_changes import CaseChange
from annual_review.services.recording.record_decisions import CaseStore


class InMemoryCaseStore(CaseStore, RepairStore):
    """Case states, tallies and repairs."""

    def __init__(self) -> None:
        self._states: dict[CaseKey, CaseState] = {}
        self._tallies: dict[TallyKey, StoredTally] = {}
        self._index: dict[TallyKey, dict[CaseKey, CaseState]] = {}
        self._repairs: dict[tuple[TallyKey, int], Repair] = {}

    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        return {key: self._states[key] for key in keys if key in self._states}

    def commit(self, change: CaseChange) -> None:
        for write in change.writes:
            stored = self._states.get(write.state.key)
            if _seen(stored) != _seen(write.seen):
                raise ConflictError(f"case {write.state.reference} moved on")
        for write in change.writes:
            self._replace(write.state)
        for key, difference in change.tallies.items():
            self._write(key, self.tally(key) + difference)

    def of_tally(self, key: TallyKey) -> Sequence[CaseState]:
        return tuple(self._index.get(key, {}).values())

    def tally(self, key: TallyKey) -> StoredTally:
        """Return a stored tally; one that was never written holds nothing."""
        return self._tallies.get(key, NOTHING_COUNTED)

    def counted_in(self, year: ReportingYear) -> Collection[AuthorityCode]:
        keys = {*self._tallies, *(key for key, cases in self._index.items() if cases)}
        return {key.authority for key in keys if key.year == year}

    @property
    def years(self) -> Sequence[ReportingYear]:
        """The years in which something is counted, in order."""
        return sorted({key.year for key in self._tallies})

    def tallies(self, keys: Collection[TallyKey]) -> Mapping[TallyKey, StoredTally]:
        return {key: self._tallies[key] for key in keys if key in self._tallies}

    def every_case(self) -> Iterator[CaseState]:
        for key in list(self._states):
            yield self._states[key]

    def repairs(self, year: ReportingYear) -> Sequence[Repair]:
        return [self._repairs[each] for each in sorted(self._repairs) if each[0].year == year]

    def repair(self, repair: Repair) -> None:
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


def _seen(state: CaseState | None) -> tuple[int, int] | None:
    return None if state is None else (len(state.resets), state.version)
