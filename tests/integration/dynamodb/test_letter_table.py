"""Letters in the table: what is particular to it beside what the contract of the port says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.letter_items import letter_item
from annual_review.adapters.dynamodb.letter_table import DynamoDBLetterStore
from annual_review.adapters.dynamodb.table import ROUNDS, Table
from annual_review.domain.letters import LetterState
from annual_review.services.errors import ConflictError, RefusedError, UnavailableError
from annual_review.services.letters.letter import Event, Letter, Move
from annual_review.services.letters.letter_history import EventKind
from tests.builders import NOON, a_letter
from tests.integration.faults import FaultyClient, a_time_out, after, an_error, before
from tests.integration.world import TABLE, World

CLAIM = Move(LetterState.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)


@pytest.fixture
def prepared(world: World) -> Letter:
    letter = a_letter(LetterState.PREPARED)
    world.letters.plan(letter)
    return letter


def letters(client: FaultyClient, waits: list[int] | None = None) -> DynamoDBLetterStore:
    faulty: Any = client
    waited = [] if waits is None else waits
    return DynamoDBLetterStore(Table(faulty, TABLE, pause=waited.append))


def test_a_line_that_was_written_before_there_were_kinds_is_read_as_a_note(world: World) -> None:
    bounced = Event(NOON, LetterState.BOUNCED, "Bounce Transient General", EventKind.REPORTED)
    letter = replace(a_letter(LetterState.BOUNCED), history=(bounced,))
    item = letter_item(letter)
    del item["history"]["L"][0]["M"]["kind"]

    world.table.client.put_item(TableName=TABLE, Item=item)

    assert world.letters.get(letter.id).history == (replace(bounced, kind=EventKind.NOTE),)


def test_a_letter_that_cannot_be_planned_says_so(world: World) -> None:
    error = an_error("AccessDeniedException")
    client = FaultyClient(world.table.client, put_item=[before(error)])

    with pytest.raises(RefusedError):
        letters(client).plan(a_letter())


def test_a_move_without_an_answer_may_have_been_made(world: World, prepared: Letter) -> None:
    client = FaultyClient(world.table.client, update_item=[after(a_time_out())])

    with pytest.raises(UnavailableError):
        letters(client).move(prepared, CLAIM)

    assert world.letters.get(prepared.id).state is LetterState.CLAIMED


def test_a_move_that_meets_a_transaction_is_tried_again(world: World, prepared: Letter) -> None:
    waits: list[int] = []
    conflict = before(an_error("TransactionConflictException"))
    client = FaultyClient(world.table.client, update_item=[conflict] * (ROUNDS - 1))

    claimed = letters(client, waits).move(prepared, CLAIM)

    assert claimed == world.letters.get(prepared.id) == CLAIM.applied_to(prepared)
    assert waits == list(range(ROUNDS - 1))


def test_a_move_that_meets_transactions_all_the_while_says_so(
    world: World, prepared: Letter
) -> None:
    conflict = before(an_error("TransactionConflictException"))
    client = FaultyClient(world.table.client, update_item=[conflict] * ROUNDS)

    with pytest.raises(ConflictError):
        letters(client).move(prepared, CLAIM)

    assert world.letters.get(prepared.id) == prepared


def test_botocore_does_repeat_a_move_whose_answer_was_lost(world: World, prepared: Letter) -> None:
    lost = LostAnswers(1)
    # The stubs take handlers for mute; those of before-send may answer.
    events: Any = aws_clients.dynamodb().meta.events
    events.register_first("before-send.dynamodb.UpdateItem", lost)
    try:
        claimed = world.letters.move(prepared, CLAIM)
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
