"""Cases as they would be if something were recorded: what is stored is read, and never written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.recording.record_decisions import CaseStore


class TrialCaseStore(InMemoryCaseStore):
    """Stands over another store, whose cases it takes over as they are asked for."""

    def __init__(self, stored: CaseStore) -> None:
        super().__init__()
        self._stored = stored
        self._taken_over: set[CaseKey] = set()
        self._changed: defaultdict[ReportingYear, set[CaseKey]] = defaultdict(set)

    @property
    def changed(self) -> Mapping[ReportingYear, Collection[CaseKey]]:
        """The cases that change what is counted in a year, by year."""
        return {year: self._changed[year] for year in sorted(self._changed)}

    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        new = set(keys) - self._taken_over
        for state in self._stored.load(new).values():
            super().commit(CaseChange((CaseWrite(state, None),)))
        self._taken_over |= new
        return super().load(keys)

    def commit(self, change: CaseChange) -> None:
        super().commit(change)
        for write in change.writes:
            for key in write.changes:
                self._changed[key.year].add(write.state.key)
