"""Record decisions: every message once, its case and its tally together, or handed back.

Why it is exact, in five steps that `record` and `_settle` take:

1. *Read.* Load what is stored of every case of the batch, consistently.
2. *Fold.* Of all that arrived of a case and what is stored, the highest version prevails (rule 7).
   If that is what is stored, nothing is to be done: the message came again, or late.
3. *Compute.* The difference to the tallies follows from two states alone: the one seen, which is
   taken back, and the one that prevails, which is counted (`change_of_tallies`).
4. *Write.* States and differences go in one transaction, on condition that every stored state is
   still the one seen. So a tally always equals the states it counts: both change, or neither.
5. *Acknowledge* what is durable, and nothing else. Whatever failed, or may have, starts again at
   step 1, now or when the queue delivers it again; if it was written after all, step 2 sees it.

Nothing rests on what a process remembers, on the order of arrival, or on a message coming once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.cases import (
    CaseKey,
    CaseState,
    Implausible,
    PresentCodes,
    VersionComparison,
    compare_versions,
    counting_day,
    implausibility,
    present_codes,
)
from annual_review.services.errors import MalformedItemError, PortError
from annual_review.services.patience import Patience
from annual_review.services.recording.case_changes import (
    MOST_ACTIONS,
    CaseChange,
    prevailing,
    transactions,
    writes_needed,
)
from annual_review.services.recording.messages import (
    DeadLetters,
    Message,
    MessageId,
    RejectedEventError,
)

ATTEMPTS = 8
"""How often one batch is tried before what is left of it is handed back."""


class Verdict(StrEnum):
    """What became of one message. All but `handed_back` are acknowledged."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    STALE = "stale"
    REJECTED = "rejected"
    HANDED_BACK = "handed_back"


_VERDICTS: Mapping[VersionComparison, Verdict] = {
    VersionComparison.SUPERSEDES: Verdict.RECORDED,
    VersionComparison.DUPLICATE: Verdict.DUPLICATE,
    VersionComparison.STALE: Verdict.STALE,
}


class CaseStore(Protocol):
    """Where case states and tallies are kept."""

    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        """Return the stored states of these cases, read consistently.

        Raises:
            PortError: Not every key could be read.
        """

    def commit(self, change: CaseChange) -> None:
        """Write all of a change, or nothing, if every stored state is still the one seen.

        Raises:
            ConflictError: A stored state moved on, or another transaction was at work.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


class AuthorityLookup(Protocol):
    """The register, as far as recording needs it."""

    def find(self, code: AuthorityCode) -> Authority | None:
        """Return the authority that has a code or had it; `None` if the register holds none."""


@dataclass(slots=True)
class BatchReport:
    """What became of every message of a batch, and why some were rejected.

    `passed_over` says of each message that found a higher version recorded which one that was;
    `confirmed` which record there is of the person who had confirmed it.
    """

    verdicts: dict[MessageId, Verdict] = field(default_factory=dict)
    reasons: dict[MessageId, str] = field(default_factory=dict)
    passed_over: dict[MessageId, str] = field(default_factory=dict)
    confirmed: dict[MessageId, str] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def return_to_queue(self, messages: Iterable[Message]) -> None:
        """Leave messages to the queue, which delivers them again."""
        self.verdicts.update((message.id, Verdict.HANDED_BACK) for message in messages)

    @property
    def handed_back(self) -> list[MessageId]:
        """Messages that are not acknowledged: the queue delivers them again."""
        return [id_ for id_, verdict in self.verdicts.items() if verdict is Verdict.HANDED_BACK]

    def count(self, verdict: Verdict) -> int:
        """Count the messages of one verdict."""
        return sum(each is verdict for each in self.verdicts.values())


_Arrival = tuple[Message, CaseState]
_Refusals = list[tuple[Message, str]]


@dataclass(frozen=True, slots=True)
class RecordDecisions:
    """Records batches of messages.

    `parse` turns the body of a message into a case state and raises `RejectedEventError`.
    """

    cases: CaseStore
    authorities: AuthorityLookup
    dead_letters: DeadLetters
    parse: Callable[[str], CaseState]

    def record(self, batch: Sequence[Message], patience: Patience) -> BatchReport:
        """Record a batch and say what became of each message.

        Raises:
            MalformedItemError: The stored state of one of its cases can't be read. No other
                `PortError` is raised.
        """
        report = BatchReport()
        refused: _Refusals = []
        waiting: dict[CaseKey, list[_Arrival]] = {}
        for message in batch:
            if state := self._read(message, refused, report):
                waiting.setdefault(state.key, []).append((message, state))
        most_actions = MOST_ACTIONS
        for attempt in range(ATTEMPTS):
            waiting = self._settle(waiting, most_actions, patience, refused, report)
            if not waiting or attempt == ATTEMPTS - 1 or not patience.lasts():
                break
            # What failed together is tried in ever smaller company, so that one case which can't
            # be written fails alone.
            most_actions = max(1, most_actions // 2)
            patience.pause(attempt)
        for arrivals in waiting.values():
            report.return_to_queue(message for message, _ in arrivals)
        self._set_aside(refused, patience, report)
        return report

    def _read(self, message: Message, refused: _Refusals, report: BatchReport) -> CaseState | None:
        """Parse one message and check it against the register; refuse it or hand it back if not."""
        try:
            state = self.parse(message.body)
            if state.confirmed != message.confirmed:
                state = replace(state, confirmed=message.confirmed)
            authority = self.authorities.find(state.authority)
            check_authority(state, authority)
        except RejectedEventError as error:
            refused.append((message, error.reason))
        except PortError as error:
            report.errors[type(error).__name__] += 1
            report.return_to_queue([message])
        else:
            return state
        return None

    def _settle(
        self,
        waiting: Mapping[CaseKey, list[_Arrival]],
        most_actions: int,
        patience: Patience,
        refused: _Refusals,
        report: BatchReport,
    ) -> dict[CaseKey, list[_Arrival]]:
        """Take the five steps once; return the cases that have to be tried again.

        When the time is up, what is not written yet waits with them: a large batch takes many
        transactions, and each is worth beginning only if its outcome can still be told.
        """
        try:
            known = self.cases.load(waiting.keys()) if waiting else {}  # 1. read
            present = present_codes(self.authorities.find, _codes_in_question(waiting, known))
        except MalformedItemError:
            # It would come back at every attempt, with all that came together with it: whoever
            # called divides the batch, until the message of that item is alone.
            raise
        except PortError as error:
            report.errors[type(error).__name__] += 1
            return dict(waiting)
        states = {key: [state for _, state in arrivals] for key, arrivals in waiting.items()}
        writes = writes_needed(known, states, present)  # 2. fold, 3. compute
        again: set[CaseKey] = set()
        for place, change in enumerate(transactions(writes, most_actions)):
            if place and not patience.lasts():
                again.update(change.keys)
                continue
            try:
                self.cases.commit(change)  # 4. write
            except PortError as error:
                report.errors[type(error).__name__] += 1
                again.update(change.keys)
        for key in waiting.keys() - again:  # 5. acknowledge
            _acknowledge(waiting[key], known.get(key), present, refused, report)
        return {key: arrivals for key, arrivals in waiting.items() if key in again}

    def _set_aside(self, refused: _Refusals, patience: Patience, report: BatchReport) -> None:
        """Keep refused messages among the dead letters, or hand back those that can't be kept.

        It comes last, and stops in time: a flood of them must not hold up what can be recorded.
        """
        for place, (message, reason) in enumerate(refused):
            if place and not patience.lasts():
                report.return_to_queue([message])
                continue
            try:
                self.dead_letters.put(message, reason)
            except PortError as error:
                report.errors[type(error).__name__] += 1
                report.return_to_queue([message])
            else:
                report.verdicts[message.id] = Verdict.REJECTED
                report.reasons[message.id] = reason


def _codes_in_question(
    waiting: Mapping[CaseKey, Sequence[_Arrival]], known: Mapping[CaseKey, CaseState]
) -> Iterable[AuthorityCode]:
    """Return the codes of the cases that stand under more than one; there are few."""
    for key, arrivals in waiting.items():
        states = [state for _, state in arrivals]
        if stored := known.get(key):
            states.append(stored)
        if len({state.authority for state in states}) > 1:
            for state in states:
                yield from (state.authority, *state.previous_authorities)


def _acknowledge(
    arrivals: Sequence[_Arrival],
    known: CaseState | None,
    present: PresentCodes,
    refused: _Refusals,
    report: BatchReport,
) -> None:
    """Say what became of the arrivals of one case, now that its final state is durable."""
    final = prevailing(known, (state for _, state in arrivals), present)
    is_new = final is not known
    for message, state in arrivals:
        try:
            check_state(state, final, present)
        except RejectedEventError as error:
            refused.append((message, error.reason))
            continue
        comparison = compare_versions(state, final, present)
        if is_new and comparison is VersionComparison.DUPLICATE:
            is_new, comparison = False, VersionComparison.SUPERSEDES
        report.verdicts[message.id] = _VERDICTS[comparison]
        if message.confirmed:
            report.confirmed[message.id] = message.confirmed
        # Not where a higher version came with it: that is how a batch is folded.
        if known and compare_versions(state, known, present) is VersionComparison.STALE:
            report.passed_over[message.id] = f"{state.version} before {known.version}"


def check_state(state: CaseState, known: CaseState | None, present: PresentCodes) -> None:
    """Refuse a state that contradicts the known state of its case, or is implausible beside it.

    Raises:
        RejectedEventError: `version_contradicts`, or an `Implausible`.
    """
    if compare_versions(state, known, present) is VersionComparison.CONTRADICTS:
        code = "version_contradicts"
        raise RejectedEventError(code, f"version {state.version}")
    match implausibility(state, known, present):
        case Implausible.VERSION as code:
            raise RejectedEventError(code, f"{state.version} after {known.version if known else 0}")
        case Implausible.AUTHORITY as code if known:
            after = "after" if state.version > known.version else "before"
            raise RejectedEventError(code, f"{state.authority} {after} {known.authority}")


def check_authority(state: CaseState, authority: Authority | None) -> None:
    """Refuse a state about a body that the register doesn't hold, or that did not exist yet.

    Cases decided after an authority's end are taken: such news arrives for years.

    Raises:
        RejectedEventError: `unknown_authority` or `before_authority_existed`.
    """
    if authority is None:
        code = "unknown_authority"
        raise RejectedEventError(code, state.authority)
    if (day := counting_day(state)) and not authority.existed_by(day):
        code = "before_authority_existed"
        raise RejectedEventError(code, f"{state.authority} began {authority.in_being_from}")
