from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.adapters.memory.dead_letters import InMemoryDeadLetterQueue
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.domain.letters import Act
from annual_review.services.errors import MissingError, ThrottledError, UnavailableError
from annual_review.services.progress import no_progress
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.recording.dead_letter_queue import (
    NO_REASON,
    Contents,
    DeadLetter,
    contents_of,
)
from annual_review.services.recording.dead_letters import (
    DeadLetterResult,
    EventCheck,
    ManageDeadLetters,
    NotReplayedError,
    Report,
)
from annual_review.services.recording.messages import MessageId, RejectedEventError
from tests.builders import (
    NOON,
    a_decision,
    a_message,
    a_register,
    an_event,
    an_upheld_decision,
    without,
)
from tests.fakes.faults import Fault, Faults, ProcessDiedError

A, B, C = MessageId("a"), MessageId("b"), MessageId("c")
SOUND = a_message(an_event()).body
UNKNOWN = a_message(an_upheld_decision(authority="E99999999")).body
DECISION = Act("an operator", NOON, "casework published it again")


def a_dead_letter(id_: str, body: str = SOUND, reason: str = NO_REASON) -> DeadLetter:
    since = datetime(2020, 4, 1, tzinfo=UTC)
    return DeadLetter(MessageId(id_), body, reason, since, len(body), f"receipt of {id_}")


class Desk:
    """The dead letters of the decisions queue, and an operator at work on them."""

    def __init__(self, *letters: DeadLetter) -> None:
        self.queue = InMemoryDeadLetterQueue({letter.id: letter for letter in letters})
        self.documents = InMemoryDocuments()
        self.cases = InMemoryCaseStore()
        self.faults = Faults()
        self.told: list[tuple[int, int]] = []

    @property
    def service(self) -> ManageDeadLetters:
        check = EventCheck(parse_event, InMemoryDirectory(a_register()), self.cases)
        queue, documents = self.faults.over(self.queue), self.faults.over(self.documents)
        return ManageDeadLetters("decisions", queue, documents, check)

    def failing(self, script: dict[int, Fault]) -> Desk:
        self.faults = Faults(script)
        return self

    def replay(self, *ids: MessageId, force: bool = False, dry_run: bool = False) -> Report:
        return self.service.replay(ids, self._tell, is_forced=force, is_dry_run=dry_run)

    def discard(self, *ids: MessageId, dry_run: bool = False) -> Report:
        return self.service.discard(ids, DECISION, self._tell, is_dry_run=dry_run)

    def confirm(self, *ids: MessageId, dry_run: bool = False) -> Report:
        return self.service.confirm(ids, DECISION, self._tell, is_dry_run=dry_run)

    def kept(self, act: str, id_: str) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.documents.get(f"{act}/decisions/{id_}.json"))
        return record

    def discarded(self, id_: str) -> dict[str, Any]:
        return self.kept("discarded", id_)

    @property
    def left(self) -> set[str]:
        return {str(id_) for id_ in self.queue.letters}

    def _tell(self, done: int, of: int) -> None:
        self.told.append((done, of))


def results(report: Report) -> dict[str, DeadLetterResult]:
    return {outcome.id: outcome.result for outcome in report.outcomes}


def test_a_replayed_message_lies_in_its_queue_again_as_it_came() -> None:
    desk = Desk(a_dead_letter(A), a_dead_letter(B))

    report = desk.replay(A)

    assert results(report) == {A: DeadLetterResult.REPLAYED}
    assert desk.queue.sent_back == [SOUND]
    assert desk.left == {B}
    assert desk.told == [(1, 1)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{", "rejected again: not_json"),
        (json.dumps(without(an_event(), "outcome")), "rejected again: missing_field"),
        (UNKNOWN, "rejected again: unknown_authority: E99999999"),
    ],
)
def test_what_would_be_rejected_again_is_refused_and_its_neighbours_are_not(
    body: str, why: str
) -> None:
    desk = Desk(a_dead_letter(A, body), a_dead_letter(B))

    report = desk.replay(A, B)

    assert results(report) == {A: DeadLetterResult.REFUSED, B: DeadLetterResult.REPLAYED}
    assert report.undone[0].why.startswith(why)
    assert desk.left == {A}
    assert desk.queue.sent_back == [SOUND]


def test_what_would_be_rejected_again_can_be_forced() -> None:
    desk = Desk(a_dead_letter(A, "{"))

    assert results(desk.replay(A, force=True)) == {A: DeadLetterResult.REPLAYED}
    assert desk.queue.sent_back == ["{"]


@pytest.mark.parametrize(
    ("stored_version", "result"), [(1, DeadLetterResult.REFUSED), (2, DeadLetterResult.REPLAYED)]
)
def test_a_contradiction_is_refused_until_a_higher_version_settled_it(
    stored_version: int, result: DeadLetterResult
) -> None:
    desk = Desk(a_dead_letter(A, SOUND, "version_contradicts: version 1"))
    stored = a_decision(an_upheld_decision().outcome, version=stored_version, public_report="other")
    desk.cases.commit(CaseChange((CaseWrite(stored, None),)))

    assert results(desk.replay(A)) == {A: result}


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    desk = Desk(a_dead_letter(A), a_dead_letter(B, "{"))

    assert results(desk.replay(A, B, dry_run=True)) == {
        A: DeadLetterResult.REPLAYED,
        B: DeadLetterResult.REFUSED,
    }
    assert results(desk.discard(A, dry_run=True)) == {A: DeadLetterResult.DISCARDED}
    assert desk.left == {A, B}
    assert desk.queue.sent_back == []
    with pytest.raises(MissingError):
        desk.discarded(A)


def test_what_is_not_there_is_told() -> None:
    desk = Desk(a_dead_letter(A))

    report = desk.replay(C, A)

    assert results(report) == {A: DeadLetterResult.REPLAYED, C: DeadLetterResult.NOT_FOUND}
    assert [outcome.id for outcome in report.undone] == [C]


# The calls of a replay: browse, whole, send_back, delete.
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_moment_of_a_replay_loses_nothing(number: int, *, after: bool) -> None:
    desk = Desk(a_dead_letter(A)).failing({number: Fault(ProcessDiedError, after=after)})

    with pytest.raises(ProcessDiedError):
        desk.replay(A)

    assert desk.left or desk.queue.sent_back == [SOUND]
    desk.failing({}).replay(A)
    assert desk.left == set()
    # A crash between sending and deleting leaves a duplicate, which versions make harmless.
    assert set(desk.queue.sent_back) == {SOUND}


# The calls of discarding: browse, whole, put, delete.
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_moment_of_discarding_loses_nothing(number: int, *, after: bool) -> None:
    desk = Desk(a_dead_letter(A)).failing({number: Fault(ProcessDiedError, after=after)})

    with pytest.raises(ProcessDiedError):
        desk.discard(A)

    assert desk.left or desk.discarded(A)["body"] == SOUND
    desk.failing({}).discard(A)
    assert desk.left == set()
    assert desk.discarded(A)["body"] == SOUND


@pytest.mark.parametrize("error", [ThrottledError, UnavailableError])
def test_a_message_that_is_not_taken_stays_and_the_next_ones_go_on(
    error: type[Exception],
) -> None:
    desk = Desk(a_dead_letter(A), a_dead_letter(B)).failing({2: Fault(error)})

    report = desk.replay(A, B)

    assert results(report) == {A: DeadLetterResult.FAILED, B: DeadLetterResult.REPLAYED}
    assert error.__name__ in report.undone[0].why
    assert desk.left == {A}


def test_what_is_discarded_is_kept_whole_with_who_when_and_why() -> None:
    desk = Desk(a_dead_letter(A, "{ half “an event”\x00", "not_json"))

    assert results(desk.discard(A)) == {A: DeadLetterResult.DISCARDED}
    assert desk.left == set()
    assert desk.discarded(A) == {
        "id": "a",
        "queue": "decisions",
        "rejected_because": "not_json",
        "since": "2020-04-01T00:00:00+00:00",
        "discarded_because": "casework published it again",
        "discarded_by": "an operator",
        "discarded_at": "2020-07-22T12:00:00+00:00",
        "body": "{ half “an event”\x00",
    }


def test_what_can_not_be_kept_is_not_deleted() -> None:
    desk = Desk(a_dead_letter(A)).failing({2: Fault(ThrottledError)})

    assert results(desk.discard(A)) == {A: DeadLetterResult.FAILED}
    assert desk.left == {A}


def test_messages_are_chosen_by_the_code_of_their_reason() -> None:
    desk = Desk(
        a_dead_letter(A, reason="unknown_authority: E99999999"),
        a_dead_letter(B),
        a_dead_letter(C, reason="unknown_authority: E88888888"),
    )

    assert desk.service.ids("unknown_authority") == [A, C]
    assert desk.service.ids(NO_REASON) == [B]
    assert desk.service.ids() == [A, B, C]


def test_one_message_is_found_whole_or_not_at_all() -> None:
    desk = Desk(a_dead_letter(A), a_dead_letter(B, UNKNOWN))

    assert desk.service.find(B) == (desk.queue.letters[B], UNKNOWN)
    assert desk.service.find(C) is None


@pytest.mark.parametrize(
    ("body", "contents"),
    [
        (SOUND, Contents("Decision Recorded", "19012345", "E07000075")),
        (
            '{"year": 2020, "revision": 1, "authority": "E1"}',
            Contents(authority="E1", letter="2020-1-E1"),
        ),
        (
            '{"year": 2020, "revision": 1, "dispatch": 2, "authority": "E1"}',
            Contents(authority="E1", letter="2020-1x2-E1"),
        ),
        ('{"year": 0, "revision": 1, "authority": "E1"}', Contents(authority="E1")),
        (
            '{"detail": {"mail": {"tags": {"letter": ["2020-1-E1"]}}}}',
            Contents(authority="E1", letter="2020-1-E1"),
        ),
        ('{"detail": {"mail": {"tags": {"letter": ["not ours"]}}}}', Contents()),
        ('{"scheduled_at": "2026-04-15T05:00:00Z"}', Contents(scheduled_at="2026-04-15T05:00:00Z")),
        (
            '{"requestPayload": {"scheduled_at": "2026-04-15T05:00:00Z"}}',
            Contents(scheduled_at="2026-04-15T05:00:00Z"),
        ),
        ('{"detail-type": 5, "detail": {"authority": ["x"]}}', Contents("5", "", "")),
        ("[]", Contents()),
        ("{", Contents()),
        ("[" * 100_000, Contents()),
    ],
)
def test_of_a_message_is_read_what_can_be_read(body: str, contents: Contents) -> None:
    assert contents_of(body) == contents


def test_a_failed_run_can_not_be_replayed_even_by_force() -> None:
    desk = Desk(a_dead_letter(A))
    runs = replace(desk.service, check=None)

    with pytest.raises(NotReplayedError, match="by hand"):
        runs.replay([A], no_progress, is_forced=True, is_dry_run=False)

    assert (desk.left, desk.queue.sent_back) == ({A}, [])


def test_a_check_lets_pass_what_would_be_recorded() -> None:
    check = EventCheck(parse_event, InMemoryDirectory(a_register()), InMemoryCaseStore())

    check(SOUND)
    with pytest.raises(RejectedEventError, match="unknown_authority"):
        check(UNKNOWN)


JUMP = a_message(an_upheld_decision(version=5000)).body


def test_what_is_confirmed_is_sent_back_with_the_name_of_the_record_of_it() -> None:
    desk = Desk(a_dead_letter(A, JUMP, "implausible_version: 5000 after 0"))

    assert results(desk.confirm(A)) == {A: DeadLetterResult.CONFIRMED}
    assert desk.left == set()
    assert desk.queue.confirmed == {JUMP: "confirmed/decisions/a.json"}
    assert desk.kept("confirmed", A) == {
        "id": "a",
        "queue": "decisions",
        "rejected_because": "implausible_version: 5000 after 0",
        "since": "2020-04-01T00:00:00+00:00",
        "confirmed_because": "casework published it again",
        "confirmed_by": "an operator",
        "confirmed_at": "2020-07-22T12:00:00+00:00",
        "body": JUMP,
    }


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (SOUND, "not implausible any more: replay it"),
        (UNKNOWN, "not implausible, but rejected: unknown_authority: E99999999"),
        ("{", "not implausible, but rejected: not_json"),
    ],
)
def test_what_is_not_implausible_can_not_be_confirmed(body: str, why: str) -> None:
    desk = Desk(a_dead_letter(A, body, "implausible_version: 5000 after 0"))

    report = desk.confirm(A)

    assert [(each.result, each.why) for each in report.undone] == [(DeadLetterResult.REFUSED, why)]
    assert desk.left == {A}
    assert not desk.queue.sent_back


def test_a_dry_run_of_a_confirmation_changes_nothing() -> None:
    desk = Desk(a_dead_letter(A, JUMP))

    assert results(desk.confirm(A, dry_run=True)) == {A: DeadLetterResult.CONFIRMED}
    assert desk.left == {A}
    assert not desk.queue.sent_back
    with pytest.raises(MissingError):
        desk.kept("confirmed", A)


# The calls of confirming: browse, whole, whole, put, send_back, delete.
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_moment_of_confirming_loses_nothing(number: int, *, after: bool) -> None:
    desk = Desk(a_dead_letter(A, JUMP)).failing({number: Fault(ProcessDiedError, after=after)})

    with pytest.raises(ProcessDiedError):
        desk.confirm(A)

    assert desk.left or desk.queue.confirmed == {JUMP: "confirmed/decisions/a.json"}
    desk.failing({}).confirm(A)
    assert desk.left == set()
    assert set(desk.queue.sent_back) == {JUMP}
    # Who reads the name of the record finds it there: it is written before it is sent.
    assert desk.kept("confirmed", A)["body"] == JUMP
