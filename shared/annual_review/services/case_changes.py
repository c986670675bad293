"""Folding a batch by case, and planning its writes: the arithmetic behind exactly-once figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annual_review.domain.cases import CaseKey, CaseState, Standing, standing
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey, change_of_tallies


@dataclass(frozen=True, slots=True)
class CaseWrite:
    """One case state to write, on condition that the stored one is still `seen`."""

    state: CaseState
    seen: CaseState | None

    @property
    def changes(self) -> Mapping[TallyKey, Tally]:
        """What it does to the tallies."""
        return change_of_tallies(self.seen, self.state)


@dataclass(frozen=True, slots=True)
class CaseChange:
    """Case states and the tallies they move: written in one transaction or not at all."""

    writes: tuple[CaseWrite, ...]

    @property
    def tallies(self) -> Mapping[TallyKey, Tally]:
        """The sum of what its writes do to each tally; tallies that stay the same are left out."""
        total: dict[TallyKey, Tally] = {}
        for write in self.writes:
            for key, change in write.changes.items():
                total[key] = total.get(key, NOTHING_COUNTED) + change
        return {key: change for key, change in total.items() if change}

    @property
    def actions(self) -> int:
        """How many actions its transaction takes: one for each case state and each tally."""
        return len(self.writes) + len(self.tallies)


MOST_ACTIONS = 100
"""DynamoDB's limit for one transaction (Amazon DynamoDB Developer Guide, "Service quotas")."""


def prevailing(known: CaseState | None, arrivals: Iterable[CaseState]) -> CaseState:
    """Return the state that stands after all arrivals of one case (rule 7).

    That is the highest version; of equal versions the known one, or else the first to arrive.

    Raises:
        ValueError: Neither a known state nor an arrival.
    """
    standing_ = known
    for arrival in arrivals:
        if standing(arrival, standing_) is Standing.SUPERSEDES:
            standing_ = arrival
    if standing_ is None:
        message = "a case needs at least one state"
        raise ValueError(message)
    return standing_


def writes_needed(
    known: Mapping[CaseKey, CaseState], arrivals: Mapping[CaseKey, Sequence[CaseState]]
) -> list[CaseWrite]:
    """Fold arrivals by case and return the writes that remain to be made."""
    writes = []
    for key, states in arrivals.items():
        seen = known.get(key)
        final = prevailing(seen, states)
        if final is not seen:
            writes.append(CaseWrite(final, seen))
    return writes


def transactions(
    writes: Iterable[CaseWrite], most_actions: int = MOST_ACTIONS
) -> Iterator[CaseChange]:
    """Pack writes into as few transactions as the limit of actions allows.

    Writes are taken in the order of the tallies they move, so that cases of one authority share
    its tally action instead of paying for it several times.
    """
    together: list[CaseWrite] = []
    moved: set[TallyKey] = set()
    for write in sorted(writes, key=lambda each: (sorted(each.changes), each.state.key)):
        joined = moved | write.changes.keys()
        if together and len(together) + 1 + len(joined) > most_actions:
            yield CaseChange(tuple(together))
            together, joined = [], set(write.changes)
        together.append(write)
        moved = joined
    if together:
        yield CaseChange(tuple(together))
