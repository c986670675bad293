"""Dead letters: what an operator does with messages that could not be worked on.

Nothing is lost on the way. A message is sent back before it is deleted, and kept in the bucket
before it is discarded or confirmed; a crash in between leaves a duplicate, which changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum

from annual_review.domain.cases import CaseState, Implausible, present_codes
from annual_review.domain.letters import Act
from annual_review.services.documents import Documents
from annual_review.services.errors import PortError, RefusalError
from annual_review.services.progress import Progress
from annual_review.services.recording.dead_letter_ids import are_whole, meant_by
from annual_review.services.recording.dead_letter_queue import DeadLetter, DeadLetterQueue
from annual_review.services.recording.messages import MessageId, RejectedEventError
from annual_review.services.recording.record_decisions import (
    AuthorityLookup,
    CaseStore,
    check_authority,
    check_state,
)


class NotReplayedError(RefusalError):
    """The dead letters of this queue can't be replayed."""


@dataclass(frozen=True, slots=True)
class EventCheck:
    """Says whether an event would be rejected again, as `record_decisions` would."""

    parse: Callable[[str], CaseState]
    authorities: AuthorityLookup
    cases: CaseStore

    def __call__(self, body: str) -> None:
        """Check one event against the contract, the register and what is recorded of its case.

        Raises:
            RejectedEventError: It would be rejected.
        """
        state = self.parse(body)
        check_authority(state, self.authorities.find(state.authority))
        known = self.cases.load([state.key]).get(state.key)
        codes = (state.authority, known.authority) if known else ()
        past = (*state.previous_authorities, *known.previous_authorities) if known else ()
        check_state(state, known, present_codes(self.authorities.find, (*codes, *past)))


class DeadLetterResult(StrEnum):
    """What became of one dead letter that a person asked about."""

    REPLAYED = "replayed"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one dead letter, and why."""

    id: MessageId
    result: DeadLetterResult
    why: str = ""


@dataclass(slots=True)
class Report:
    """What became of all that were asked for."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def counts(self) -> Counter[DeadLetterResult]:
        """How many came to which end."""
        return Counter(outcome.result for outcome in self.outcomes)

    @property
    def undone(self) -> Sequence[Outcome]:
        """Those with which nothing was done."""
        return [outcome for outcome in self.outcomes if outcome.result not in _DONE]


_DONE = {DeadLetterResult.REPLAYED, DeadLetterResult.CONFIRMED, DeadLetterResult.DISCARDED}


def discarded_key(queue: str, id_: MessageId) -> str:
    """Return where a discarded message is kept."""
    return f"discarded/{queue}/{id_}.json"


def confirmed_key(queue: str, id_: MessageId) -> str:
    """Return where the record of a person is kept who confirmed a message."""
    return f"confirmed/{queue}/{id_}.json"


@dataclass(frozen=True, slots=True)
class ManageDeadLetters:
    """Finds, replays and discards the dead letters of one queue.

    `name` is what operators call the queue; `check` raises `RejectedEventError` for a message that
    would be rejected again. It is `None` where the dead letters are failed runs of functions, which
    come from no queue and can't be replayed.
    """

    name: str
    queue: DeadLetterQueue
    documents: Documents
    check: Callable[[str], object] | None

    def find(self, id_: MessageId) -> tuple[DeadLetter, str] | None:
        """Return a dead letter with the whole message, or `None` if the queue does not show it."""
        with closing(self._those([id_])) as letters:
            for letter in letters:
                return letter, self.queue.whole(letter)
        return None

    def oldest_first(self) -> Sequence[DeadLetter]:
        """Return all dead letters, the oldest first.

        Raises:
            PortError: The queue could not be read to its end.
        """
        return sorted(self.queue.browse(), key=lambda each: (each.since, each.id))

    def why_rejected(self, body: str) -> str:
        """Return why a message would be rejected again; empty if it would not.

        Raises:
            NotReplayedError: The message comes from no queue.
            PortError: What it is checked against could not be read.
        """
        check = self._check_of_replays()
        try:
            check(body)
        except RejectedEventError as error:
            return f"rejected again: {error.reason}"
        return ""

    def ids(self, code: str | None = None) -> Sequence[MessageId]:
        """Return the ids of all dead letters, or of those with one reason code."""
        return [each.id for each in self.queue.browse() if code is None or each.code == code]

    def meant_by(self, typed: Sequence[str]) -> Sequence[MessageId]:
        """Return the ids that somebody means who has typed the beginnings of some, each once.

        The queue is only read if one of them is not whole.

        Raises:
            AmbiguousIdError: Several messages have an id that begins like that.
        """
        return meant_by(typed, () if are_whole(typed) else list(self.queue.browse()))

    def replay(
        self,
        ids: Sequence[MessageId],
        progress: Progress,
        *,
        is_forced: bool,
        is_dry_run: bool,
    ) -> Report:
        """Send messages back to the queue they come from; delete each once it was taken there.

        What would be rejected again is refused, unless it is forced. The ids are fixed beforehand:
        a message that comes back as a new dead letter is not replayed for ever.

        Raises:
            NotReplayedError: They come from no queue.
            PortError: The queue could not be read; what was done stays done.
        """
        self._check_of_replays()

        def replay(letter: DeadLetter) -> Outcome:
            body = self.queue.whole(letter)
            if not is_forced and (why := self.why_rejected(body)):
                return Outcome(letter.id, DeadLetterResult.REFUSED, why)
            if not is_dry_run:
                self.queue.send_back(body)
                self.queue.delete(letter)
            return Outcome(letter.id, DeadLetterResult.REPLAYED)

        return self._each(ids, replay, progress)

    def discard(
        self,
        ids: Sequence[MessageId],
        decision: Act,
        progress: Progress,
        *,
        is_dry_run: bool,
    ) -> Report:
        """Keep messages in the bucket with who discarded them and why; then delete them.

        Raises:
            PortError: The queue could not be read; what was done stays done.
        """

        def discard(letter: DeadLetter) -> Outcome:
            record = self._record(letter, "discarded", decision)
            if not is_dry_run:
                self._keep(discarded_key(self.name, letter.id), record)
                self.queue.delete(letter)
            return Outcome(letter.id, DeadLetterResult.DISCARDED)

        return self._each(ids, discard, progress)

    def confirm(
        self,
        ids: Sequence[MessageId],
        decision: Act,
        progress: Progress,
        *,
        is_dry_run: bool,
    ) -> Report:
        """Send back messages that a person takes to be right, though they are implausible.

        Who confirmed each, when and why is kept in the bucket first; the message that is sent back
        names that record, and so does the case once it is recorded. What is not implausible can't
        be confirmed: it is replayed, or rejected for a reason that nobody can confirm away.

        Raises:
            PortError: The queue could not be read; what was done stays done.
        """

        def confirm(letter: DeadLetter) -> Outcome:
            body = self.queue.whole(letter)
            if why := self._why_not_to_confirm(body):
                return Outcome(letter.id, DeadLetterResult.REFUSED, why)
            record = self._record(letter, "confirmed", decision)
            if not is_dry_run:
                key = self._keep(confirmed_key(self.name, letter.id), record)
                self.queue.send_back(body, key)
                self.queue.delete(letter)
            return Outcome(letter.id, DeadLetterResult.CONFIRMED)

        return self._each(ids, confirm, progress)

    def _check_of_replays(self) -> Callable[[str], object]:
        if self.check is None:
            raise NotReplayedError(
                "a failed run can't be replayed: close or release the year by hand, as the runbook"
                " says under SchedulesDeadLetterAlarm, then discard it"
            )
        return self.check

    def _why_not_to_confirm(self, body: str) -> str:
        if self.check is None:
            return "it comes from no queue"
        try:
            self.check(body)
        except RejectedEventError as error:
            if error.code in set(Implausible):
                return ""
            return f"not implausible, but rejected: {error.reason}"
        return "not implausible any more: replay it"

    def _record(self, letter: DeadLetter, act: str, decision: Act) -> bytes:
        record = {
            "id": letter.id,
            "queue": self.name,
            "rejected_because": letter.reason,
            "since": letter.since.isoformat(),
            f"{act}_because": decision.reason,
            f"{act}_by": decision.by,
            f"{act}_at": decision.at.astimezone(UTC).isoformat(),
            "body": self.queue.whole(letter),
        }
        return f"{json.dumps(record, indent=1)}\n".encode("ascii")

    def _keep(self, key: str, record: bytes) -> str:
        self.documents.put(key, record, "application/json")
        return key

    def _each(
        self,
        ids: Sequence[MessageId],
        act: Callable[[DeadLetter], Outcome],
        progress: Progress,
    ) -> Report:
        """Act on each message that is found; one that fails does not stop the others."""
        report = Report()
        with closing(self._those(ids)) as letters:
            for letter in letters:
                try:
                    outcome = act(letter)
                except PortError as error:
                    outcome = Outcome(
                        letter.id, DeadLetterResult.FAILED, f"{error} ({type(error).__name__})"
                    )
                report.outcomes.append(outcome)
                progress(len(report.outcomes), len(ids))
        found = {outcome.id for outcome in report.outcomes}
        report.outcomes += [
            Outcome(id_, DeadLetterResult.NOT_FOUND) for id_ in ids if id_ not in found
        ]
        return report

    def _those(self, ids: Sequence[MessageId]) -> Generator[DeadLetter, None, None]:
        """Go through some dead letters, and through the queue no further than needed."""
        wanted = set(ids)
        if not wanted:
            return
        with closing(self.queue.browse()) as letters:
            for letter in letters:
                if letter.id in wanted:
                    wanted.remove(letter.id)
                    yield letter
                if not wanted:
                    return
