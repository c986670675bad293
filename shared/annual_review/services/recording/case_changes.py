"""Folding a batch by case, and planning its writes: the arithmetic behind exactly-once figures.

`writes_needed` says which states have to be written, each with the state it replaces; what that
does to the tallies follows from those two states, and from nothing else (`CaseWrite.changes`).
`transactions` decides in whose company a write travels, which changes its cost and never its sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annual_review.domain.cases import (
    UNCHANGED,
    CaseKey,
    CaseState,
    PresentCodes,
    VersionComparison,
    compare_versions,
    implausibility,
    in_place_of,
)
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey, change_of_tallies


@dataclass(frozen=True, slots=True)
class CaseWrite:
    """One case state to write, on condition that the stored one is still `seen`."""

    state: CaseState
    seen: CaseState | None
    changes: Mapping[TallyKey, Tally] = field(init=False, compare=False, repr=False)
    """What it does to the tallies."""

    def __post_init__(self) -> None:
        """Work out the changes once: they are asked for several times."""
        object.__setattr__(self, "changes", change_of_tallies(self.seen, self.state))


@dataclass(frozen=True, slots=True)
class CaseChange:
    """Case states and the tallies they move: written in one transaction or not at all."""

    writes: tuple[CaseWrite, ...]

    @property
    def keys(self) -> Iterable[CaseKey]:
        """The cases that it changes."""
        return (write.state.key for write in self.writes)

    @property
    def tallies(self) -> Mapping[TallyKey, Tally]:
        """The sum of what its writes do to each tally, also where that is nothing."""
        total: dict[TallyKey, Tally] = {}
        for write in self.writes:
            for key, change in write.changes.items():
                total[key] = total.get(key, NOTHING_COUNTED) + change
        return total

    @property
    def actions(self) -> int:
        """How many actions its transaction takes: one for each case state and each tally."""
        return len(self.writes) + len(self.tallies)


MOST_ACTIONS = 100
"""DynamoDB's limit for one transaction (Amazon DynamoDB Developer Guide, "Service quotas")."""


def prevailing(
    known: CaseState | None, arrivals: Iterable[CaseState], present: PresentCodes = UNCHANGED
) -> CaseState | None:
    """Return the state that stands after all arrivals of one case; `None` if none can (rule 7).

    That is the highest version that can be reached from the known one by plausible steps; of equal
    versions the known one, or else the first to arrive.
    """
    standing = known
    for arrival in sorted(arrivals, key=lambda each: each.version):
        comparison = compare_versions(arrival, standing, present)
        if comparison is VersionComparison.SUPERSEDES and not implausibility(
            arrival, standing, present
        ):
            standing = in_place_of(arrival, standing)
    return standing


def writes_needed(
    known: Mapping[CaseKey, CaseState],
    arrivals: Mapping[CaseKey, Sequence[CaseState]],
    present: PresentCodes = UNCHANGED,
) -> list[CaseWrite]:
    """Fold arrivals by case and return the writes that remain to be made."""
    writes = []
    for key, states in arrivals.items():
        seen = known.get(key)
        final = prevailing(seen, states, present)
        if final is not None and final is not seen:
            writes.append(CaseWrite(final, seen))
    return writes


def transactions(
    writes: Iterable[CaseWrite], most_actions: int = MOST_ACTIONS
) -> Sequence[CaseChange]:
    """Pack writes into as few transactions as the limit of actions allows.

    Cases that move the same tallies stay together and share their actions, so a tally is paid for
    once and not once for each case. The largest groups are placed first, each into the first
    transaction that has room for it; only a group too large for any transaction is divided.
    """
    packed: list[list[CaseWrite]] = []
    moved: list[set[TallyKey]] = []
    for group in _largest_first(_by_tallies(writes)):
        keys = group[0].changes.keys()
        for some in _in_parts(group, max(1, most_actions - len(keys))):
            for place, together in enumerate(packed):
                if len(together) + len(some) + len(moved[place] | keys) <= most_actions:
                    break
            else:
                place, together = len(packed), []
                packed.append(together)
                moved.append(set())
            together += some
            moved[place] |= keys
    return [CaseChange(tuple(together)) for together in packed]


def _by_tallies(writes: Iterable[CaseWrite]) -> Iterable[list[CaseWrite]]:
    """Group writes by the tallies that they move, in an order that is always the same."""
    groups: dict[tuple[TallyKey, ...], list[CaseWrite]] = {}
    for write in sorted(writes, key=lambda each: each.state.key):
        groups.setdefault(tuple(sorted(write.changes)), []).append(write)
    return (groups[keys] for keys in sorted(groups))


def _largest_first(groups: Iterable[list[CaseWrite]]) -> list[list[CaseWrite]]:
    return sorted(groups, key=len, reverse=True)


def _in_parts(group: Sequence[CaseWrite], size: int) -> Iterator[Sequence[CaseWrite]]:
    return (group[start : start + size] for start in range(0, len(group), size))
