"""Case stores that are not well."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.tallies import Tally, TallyKey, tally_of
from annual_review.services.errors import RefusedError
from annual_review.services.recording.case_changes import CaseChange


class PoisonedCaseStore(InMemoryCaseStore):
    """Refuses every transaction in which one of the poisoned cases takes part."""

    def __init__(self, poisoned: Collection[CaseKey]) -> None:
        super().__init__()
        self._poisoned = set(poisoned)

    def commit(self, change: CaseChange) -> None:
        """Write a change, or refuse it whole.

        Raises:
            RefusedError: A poisoned case is among them.
        """
        if self._poisoned & {write.state.key for write in change.writes}:
            raise RefusedError("an item is too large")
        super().commit(change)


class LaggingCaseStore(InMemoryCaseStore):
    """Its index lags: the first readings of a tally's cases miss what was recorded last."""

    def __init__(self, readings: int) -> None:
        super().__init__()
        self.readings = readings

    def of_tally(self, key: TallyKey) -> Sequence[CaseState]:
        """Return the cases of one tally, all but the last while the index lags."""
        cases = super().of_tally(key)
        if cases and self.readings:
            self.readings -= 1
            return cases[:-1]
        return cases


class DoctoredCaseStore(InMemoryCaseStore):
    """Its tallies can be falsified, as a repair gone wrong would."""

    def falsify(self, key: TallyKey, state: CaseState) -> None:
        """Count a state that is not there."""
        self.doctor(key, tally_of([state])[key])

    def doctor(self, key: TallyKey, by: Tally) -> None:
        """Change a tally and none of its cases."""
        self._write(key, self.tally(key) + by)
