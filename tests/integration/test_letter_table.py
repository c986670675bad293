from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber

from annual_review.adapters import aws_clients
from annual_review.adapters.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.adapters.table import Table
from annual_review.domain.figures import Revision
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError, RefusedError, UnavailableError
from annual_review.services.letters import Close, Event, Letter, LetterMovedError, Move
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id
from tests.integration.faults import FaultyClient, a_time_out, after, an_error, before, twice
from tests.integration.world import TABLE, World

CLAIM = Move(LetterState.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)
PREPARED = frozenset({LetterState.PREPARED})


def letters(client: FaultyClient) -> DynamoDBLetterStore:
    faulty: Any = client
    return DynamoDBLetterStore(Table(faulty, TABLE))


def test_a_letter_comes_back_as_it_was_planned(world: World) -> None:
    london = NOON.astimezone(ZoneInfo("Europe/London"))
    letter = replace(
        a_letter(LetterState.PREPARED, at=london, figures_sha256="f", message_sha256="m"),
        message_id="mail-1",
        attempts=2,
        approved_sha256="m",
        recipients=(EmailAddress("chief@x.example"), EmailAddress("link@x.example")),
        sent_to=EmailAddress("chief@x.example"),
    )

    assert world.letters.plan(letter)

    read = world.letters.get(letter.id)
    assert read == letter
    assert read.since.utcoffset() == timedelta(hours=1)


def test_a_letter_is_planned_once(world: World) -> None:
    world.letters.plan(a_letter(figures_sha256="first"))

    assert not world.letters.plan(a_letter(figures_sha256="second"))

    assert world.letters.get(a_letter_id()).figures_sha256 == "first"


def test_a_letter_that_cannot_be_planned_says_so(world: World) -> None:
    error = an_error("AccessDeniedException")
    client = FaultyClient(world.table.client, put_item=[before(error)])

    with pytest.raises(RefusedError):
        letters(client).plan(a_letter())


def test_a_letter_that_is_not_there_is_missing(world: World) -> None:
    with pytest.raises(MissingError, match="2020-1-E07000075"):
        world.letters.get(a_letter_id())
    with pytest.raises(MissingError, match="2020-1-E07000075"):
        world.letters.move(a_letter_id(), CLAIM, PREPARED)


def test_letters_of_a_year_come_by_revision_and_code(world: World) -> None:
    ids = [
        replace(a_letter_id(code), revision=Revision(revision))
        for revision in (1, 2, 10)
        for code in (ROCHFORD, OTHER_DISTRICT)
    ]
    for each in reversed(ids):
        world.letters.plan(replace(a_letter(), id=each))
    elsewhere = replace(a_letter_id(), year=ReportingYear(2021))
    world.letters.plan(replace(a_letter(), id=elsewhere))
    world.closes.add(Close(YEAR, Revision(1), "sha", NOON))

    assert [letter.id for letter in world.letters.of_year(YEAR)] == ids


def test_a_move_changes_the_state_and_adds_a_line_to_the_history(world: World) -> None:
    planned = a_letter(LetterState.PLANNED)
    world.letters.plan(planned)
    move = Move(LetterState.PREPARED, NOON + timedelta(hours=1), "rendered", message_sha256="m")

    moved = world.letters.move(planned.id, move, {LetterState.PLANNED, LetterState.FAILED})

    assert moved == replace(
        planned,
        state=LetterState.PREPARED,
        message_sha256="m",
        history=(*planned.history, Event(move.at, move.to, move.why)),
    )
    assert world.letters.get(planned.id) == moved


def test_only_a_claim_counts_as_an_attempt_and_what_is_known_stays(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED, message_sha256="m"))

    claimed = world.letters.move(a_letter_id(), CLAIM, PREPARED)
    accepted = world.letters.move(
        a_letter_id(),
        Move(LetterState.ACCEPTED, NOON, "accepted", message_id="mail-1"),
        {LetterState.CLAIMED},
    )

    assert (claimed.attempts, accepted.attempts) == (1, 1)
    assert (accepted.message_sha256, accepted.message_id) == ("m", "mail-1")


def test_of_two_claims_one_wins(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED))
    world.letters.move(a_letter_id(), CLAIM, PREPARED)

    with pytest.raises(LetterMovedError) as caught:
        world.letters.move(a_letter_id(), CLAIM, PREPARED)

    assert caught.value.letter == world.letters.get(a_letter_id())
    assert caught.value.letter.attempts == 1


READ = replace(a_letter(LetterState.APPROVED, message_sha256="m"), approved_sha256="m", attempts=1)


@pytest.mark.parametrize(
    ("demand", "letter"),
    [
        ({"if_message": "m"}, replace(READ, message_sha256="another")),
        ({"if_message": "m"}, replace(READ, message_sha256=None)),
        ({"if_approved": True}, replace(READ, approved_sha256="another")),
        ({"if_approved": True}, replace(READ, approved_sha256=None)),
        ({"if_approved": True}, replace(READ, message_sha256=None, approved_sha256=None)),
        ({"if_seen": 1}, replace(READ, history=READ.history * 2)),
        ({"if_attempted": True}, replace(READ, attempts=0)),
    ],
    ids=str,
)
def test_what_a_move_demands_holds_in_the_same_write_here_and_in_memory(
    world: World, demand: dict[str, Any], letter: Letter
) -> None:
    memory = InMemoryLetterStore()
    claim = replace(CLAIM, **demand)
    for store in (world.letters, memory):
        store.plan(letter)
        with pytest.raises(LetterMovedError):
            store.move(letter.id, claim, {LetterState.APPROVED})
        assert store.get(letter.id) == letter
    assert (claim.is_allowed(READ), claim.is_allowed(letter)) == (True, False)


def test_a_move_whose_demands_are_met_is_made_here_and_in_memory(world: World) -> None:
    claim = replace(CLAIM, if_message="m", if_approved=True, if_seen=1, if_attempted=True)
    for store in (world.letters, InMemoryLetterStore()):
        store.plan(READ)
        assert store.move(READ.id, claim, {LetterState.APPROVED}).state is LetterState.CLAIMED


def test_an_approval_is_kept_with_its_hash(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED, message_sha256="m"))
    approve = Move(LetterState.APPROVED, NOON, "approved", approved_sha256="m", if_message="m")

    assert world.letters.move(a_letter_id(), approve, PREPARED).is_approved
    assert world.letters.get(a_letter_id()).is_approved


def test_of_two_notes_on_the_same_reading_one_is_written(world: World) -> None:
    world.letters.plan(READ)
    notes = [Move.note(READ, NOON, why) for why in ("one", "other")]

    world.letters.move(READ.id, notes[0], {READ.state})
    with pytest.raises(LetterMovedError):
        world.letters.move(READ.id, notes[1], {READ.state})

    letter = world.letters.get(READ.id)
    assert (letter.state, letter.since) == (READ.state, READ.since)
    assert [each.why for each in letter.history] == ["for a test", "one"]


def test_a_dispatch_lies_beside_the_one_before_it(world: World) -> None:
    again = replace(a_letter(), id=replace(a_letter_id(), dispatch=Dispatch(2)))
    assert world.letters.plan(again)
    assert world.letters.plan(a_letter())

    assert [letter.id for letter in world.letters.of_year(YEAR)] == [a_letter_id(), again.id]


def test_a_move_from_nowhere_is_made_by_nobody(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED))

    with pytest.raises(LetterMovedError):
        world.letters.move(a_letter_id(), CLAIM, ())


def test_a_winner_whose_answer_was_lost_still_knows_that_it_won(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED))
    repeating = FaultyClient(world.table.client, update_item=[twice])

    claimed = letters(repeating).move(a_letter_id(), CLAIM, PREPARED)

    assert claimed == world.letters.get(a_letter_id())
    assert (claimed.state, claimed.attempts) == (LetterState.CLAIMED, 1)
    assert len(claimed.history) == 2


def test_botocore_does_repeat_a_move_whose_answer_was_lost(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED))
    lost = LostAnswers(1)
    # The stubs take handlers for mute; those of before-send may answer.
    events: Any = aws_clients.dynamodb().meta.events
    events.register_first("before-send.dynamodb.UpdateItem", lost)
    try:
        claimed = world.letters.move(a_letter_id(), CLAIM, PREPARED)
    finally:
        events.unregister("before-send.dynamodb.UpdateItem", lost)

    assert lost.asked == 2
    assert claimed.attempts == 1


class LostAnswers:
    """Lets requests take effect and loses the first answers."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = 0

    def __call__(self, event_name: str, request: AWSPreparedRequest, **_: object) -> object:
        self.asked += 1
        answer = botocore_stubber(event_name, request)
        if self.asked <= self.number:
            raise a_time_out()
        return answer


def test_a_move_without_an_answer_may_have_been_made(world: World) -> None:
    world.letters.plan(a_letter(LetterState.PREPARED))
    client = FaultyClient(world.table.client, update_item=[after(a_time_out())])

    with pytest.raises(UnavailableError):
        letters(client).move(a_letter_id(), CLAIM, PREPARED)

    assert world.letters.get(a_letter_id()).state is LetterState.CLAIMED


def test_a_year_that_was_not_closed_has_no_close(world: World) -> None:
    world.closes.add(Close(ReportingYear(2021), Revision(1), "sha", NOON))

    assert world.closes.latest(YEAR) is None


def test_the_highest_revision_is_the_latest(world: World) -> None:
    closes = [Close(YEAR, Revision(revision), f"sha-{revision}", NOON) for revision in (10, 1, 2)]
    for close in closes:
        assert world.closes.add(close) == close

    assert world.closes.latest(YEAR) == closes[0]


def test_nothing_edits_a_close(world: World) -> None:
    first = Close(YEAR, Revision(1), "first", NOON)
    world.closes.add(first)

    kept = world.closes.add(Close(YEAR, Revision(1), "second", NOON + timedelta(days=1)))

    assert kept == first
    assert world.closes.latest(YEAR) == first


def test_a_close_whose_answer_was_lost_is_the_one_that_counts(world: World) -> None:
    faulty: Any = FaultyClient(world.table.client, put_item=[twice])
    close = Close(YEAR, Revision(1), "sha", NOON)

    assert DynamoDBCloseStore(Table(faulty, TABLE)).add(close) == close
