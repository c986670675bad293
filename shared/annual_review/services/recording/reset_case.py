"""Reset a case: bring it to what casework says, also to a lower version than the one that stands.

A version that was mistyped owns its case: whatever casework publishes after it is lower, and never
counts. A reset puts casework's own state in its place, with its tallies, in one transaction.

Lower versions still never count, because resets come before versions. Of what casework had recorded
by the time of the reset, that state is all that stands. The rest is stale, whatever its version and
however late it comes again (`compare_versions`). What casework records after it goes by versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from annual_review.domain.cases import (
    CaseKey,
    CasePart,
    CaseReference,
    CaseState,
    Reset,
    VersionComparison,
    compare_versions,
    in_place_of,
    present_codes,
)
from annual_review.domain.letters import Act
from annual_review.domain.tallies import Tally, TallyKey
from annual_review.services.advised_commands import Command
from annual_review.services.errors import PortError, RefusalError
from annual_review.services.patience import Patience
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.recording.messages import RejectedEventError
from annual_review.services.recording.record_decisions import (
    AuthorityLookup,
    CaseStore,
    check_authority,
)

ATTEMPTS = 8
"""How often a reset is tried while other writes are at work."""


@dataclass(frozen=True, slots=True)
class ResetPlan:
    """What a reset would put in place of what: every part of the case that is not as it should be.

    `unchanged` are the parts that already are what casework says.
    """

    reference: CaseReference
    writes: tuple[CaseWrite, ...]
    unchanged: tuple[CaseState, ...]

    @property
    def tallies(self) -> Mapping[TallyKey, Tally]:
        """What it does to the tallies."""
        return CaseChange(self.writes).tallies


@dataclass(frozen=True, slots=True)
class ResetCase:
    """Resets cases."""

    cases: CaseStore
    authorities: AuthorityLookup

    def recorded(self, reference: CaseReference) -> Sequence[CaseState]:
        """Return what is recorded of a case, its decision first."""
        keys = [CaseKey(reference, part) for part in CasePart]
        found = self.cases.load(keys)
        return [found[key] for key in keys if key in found]

    def plan(self, reference: CaseReference, says: Iterable[CaseState]) -> ResetPlan:
        """Say what a reset to casework's current events of a case would change.

        Of several versions of a part the highest is meant. A part of which casework says nothing
        stays as it is.

        Raises:
            RefusalError: Casework says nothing of the case, two things at once, or something of an
                authority that the register does not hold.
        """
        latest = self._latest(says)
        if not latest or {state.reference for state in latest.values()} != {reference}:
            raise RefusalError(f"there is no event of case {reference} to reset it to")
        for state in latest.values():
            try:
                check_authority(state, self.authorities.find(state.authority))
            except RejectedEventError as error:
                raise RefusalError(f"case {reference} can't be reset: {error.reason}") from None
        known = self.cases.load(latest.keys())
        differing = [state for key, state in sorted(latest.items()) if known.get(key) != state]
        return ResetPlan(
            reference,
            tuple(CaseWrite(state, known.get(state.key)) for state in differing),
            tuple(state for key, state in sorted(latest.items()) if known.get(key) == state),
        )

    def reset(self, plan: ResetPlan, decision: Act, patience: Patience) -> None:
        """Carry out a plan: cases and tallies together, or neither.

        Raises:
            RefusalError: The case has changed since it was planned.
            PortError: It failed otherwise; doing all of it again is safe.
        """
        writes = tuple(_signed(write, decision) for write in plan.writes)
        for attempt in range(ATTEMPTS):
            try:
                self.cases.commit(CaseChange(writes))
            except PortError as error:
                if not error.retryable:
                    raise
                now = self.cases.load([write.state.key for write in writes])
                if all(_stands(now.get(write.state.key), write.state) for write in writes):
                    return
                if not all(_stands(now.get(write.state.key), write.seen) for write in writes):
                    raise RefusalError(
                        f"case {plan.reference} has changed meanwhile: look at it again",
                        Command.of("reset-case", plan.reference),
                    ) from None
                if attempt == ATTEMPTS - 1 or not patience.lasts():
                    raise
                patience.pause(attempt)
            else:
                return

    def _latest(self, says: Iterable[CaseState]) -> dict[CaseKey, CaseState]:
        states = list(says)
        present = present_codes(self.authorities.find, (state.authority for state in states))
        latest: dict[CaseKey, CaseState] = {}
        for state in states:
            comparison = compare_versions(state, latest.get(state.key), present)
            if comparison is VersionComparison.CONTRADICTS:
                raise RefusalError(
                    f"casework says two things of case {state.reference} under version"
                    f" {state.version}"
                )
            if comparison is VersionComparison.SUPERSEDES:
                latest[state.key] = state
        return latest


def _signed(write: CaseWrite, decision: Act) -> CaseWrite:
    """Return a write whose state tells who reset it, and from when on versions count again."""
    state, seen = write.state, write.seen
    before = seen.resets if seen else ()
    known_by: list[datetime] = [state.recorded_at, *(each.horizon for each in before[-1:])]
    if seen:
        known_by.append(seen.recorded_at)
    reset = Reset(
        at=decision.at,
        by=decision.by,
        reason=decision.reason,
        replaced=seen.version if seen else None,
        # Not after today, whatever an event says: else nothing would ever count again.
        horizon=min(max(known_by), decision.at),
    )
    return replace(write, state=replace(in_place_of(state, seen), resets=(*before, reset)))


def _stands(now: CaseState | None, meant: CaseState | None) -> bool:
    if now is None or meant is None:
        return now is meant
    return (now.version, now.resets) == (meant.version, meant.resets)
