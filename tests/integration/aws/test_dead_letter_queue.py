from __future__ import annotations

import json
from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients, dead_letter_queue
from annual_review.adapters.aws.dead_letter_queue import SqsDeadLetterQueue
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.invocation.queue_batches import messages_of
from annual_review.services.errors import MissingError, RefusedError, ThrottledError
from annual_review.services.recording.dead_letter_queue import NO_REASON
from annual_review.services.recording.messages import Message
from tests.builders import a_message
from tests.integration.faults import FaultyClient, after, an_error, as_it_is, before
from tests.integration.world import DeadLetter, World


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letter_queue, "WAIT_SECONDS", 0)


def the_queue(world: World, client: object = None) -> SqsDeadLetterQueue:
    any_client: Any = client or aws_clients.sqs()
    urls = world.urls["decisions-dead"], world.urls["decisions"]
    return SqsDeadLetterQueue(any_client, *urls, world.documents)


def set_aside(world: World, *bodies: str, reason: str = "not_json", largest: int = 2**20) -> None:
    dead_letters = SqsDeadLetters(
        aws_clients.sqs(),
        world.urls["decisions-dead"],
        overflow=lambda: world.documents,
        largest=largest,
    )
    for body in bodies:
        dead_letters.put(a_message(body), reason)


@pytest.mark.parametrize("number", [0, 1, 23])
def test_every_message_is_seen_once_and_stays(world: World, number: int) -> None:
    set_aside(world, *(str(each) for each in range(number)))
    queue = the_queue(world)

    for _ in range(2):
        assert sorted(int(letter.body) for letter in queue.browse()) == list(range(number))
    assert queue.count() == number


def test_a_message_is_described_as_it_lies_there(world: World) -> None:
    set_aside(world, "{“", reason="not_json: line 1")

    [letter] = the_queue(world).browse()

    assert (letter.body, letter.reason, letter.code) == ("{“", "not_json: line 1", "not_json")
    assert (letter.size, letter.since.tzinfo is not None) == (4, True)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [({}, NO_REASON), ({"ERROR_CODE": "NO_PERMISSIONS"}, "not_delivered: NO_PERMISSIONS")],
)
def test_a_message_that_no_function_rejected_says_how_it_came_here(
    world: World, attributes: dict[str, str], reason: str
) -> None:
    aws_clients.sqs().send_message(
        QueueUrl=world.urls["decisions-dead"],
        MessageBody="{}",
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )

    assert [letter.reason for letter in the_queue(world).browse()] == [reason]


def test_a_message_that_comes_again_while_looking_is_the_same_one(world: World) -> None:
    set_aside(world, "1", "2")

    def visible_at_once(call: Any) -> object:  # noqa: ANN401 (a call of the client)
        return call.make(VisibilityTimeout=0, MaxNumberOfMessages=1)

    client = FaultyClient(aws_clients.sqs(), receive_message=[visible_at_once] * 3)

    assert sorted(letter.body for letter in the_queue(world, client).browse()) == ["1", "2"]


def test_messages_are_released_though_looking_was_broken_off(world: World) -> None:
    set_aside(world, "1", "2")
    letters = the_queue(world).browse()
    next(letters)
    letters.close()

    assert len(list(the_queue(world).browse())) == 2


def test_messages_are_released_though_the_queue_could_not_be_read_to_its_end(world: World) -> None:
    set_aside(world, *"123456789abc")
    throttled = before(an_error("ThrottlingException"))
    client = FaultyClient(aws_clients.sqs(), receive_message=[as_it_is, throttled])

    with pytest.raises(ThrottledError):
        list(the_queue(world, client).browse())

    assert len(list(the_queue(world).browse())) == 12


def test_what_can_not_be_released_comes_to_light_by_itself(world: World) -> None:
    set_aside(world, "1")
    failing = after(an_error("ServiceUnavailable", status=503))
    client = FaultyClient(aws_clients.sqs(), change_message_visibility_batch=[failing])

    assert len(list(the_queue(world, client).browse())) == 1


def test_a_message_is_sent_back_and_deleted(world: World) -> None:
    set_aside(world, "1", "2")
    queue = the_queue(world)

    for letter in queue.browse():
        if letter.body == "1":
            queue.send_back(queue.whole(letter))
            queue.delete(letter)

    assert [each["Body"] for each in world.take("decisions")] == ["1"]
    assert world.dead_letters("decisions-dead") == [DeadLetter("2", "not_json")]


def test_what_was_confirmed_goes_back_with_the_name_of_the_record_of_it(world: World) -> None:
    the_queue(world).send_back("1", "confirmed/decisions/a.json")

    [record] = world.batch("decisions")["Records"]
    assert messages_of({"Records": [record]}) == [
        Message(record["messageId"], "1", "confirmed/decisions/a.json")
    ]


def test_a_message_too_large_for_the_queue_is_fetched_whole(world: World) -> None:
    set_aside(world, "é" * 600, largest=1000)
    queue = the_queue(world)

    [letter] = queue.browse()

    assert letter.size == 1200
    assert queue.whole(letter) == "é" * 600


def test_a_large_message_that_is_lost_or_changed_is_told(world: World) -> None:
    set_aside(world, "x" * 1200, largest=1000)
    queue = the_queue(world)
    [letter] = queue.browse()
    key = json.loads(letter.body)["kept_in_bucket"]

    world.documents.put(key, b"something else", "application/json")
    with pytest.raises(RefusedError, match="is not what was kept"):
        queue.whole(letter)
    aws_clients.s3().delete_object(Bucket=world.documents.bucket, Key=key)
    with pytest.raises(MissingError):
        queue.whole(letter)


@pytest.mark.parametrize(
    "body",
    [
        '{"kept_in_bucket": "figures/2020/figures.json", "bytes": 1, "sha256": "0"}',
        '{"kept_in_bucket": ',
        '{"kept_in_bucket": "rejected/0.json", "bytes": "1", "sha256": "0"}',
    ],
)
def test_a_message_that_only_looks_like_a_pointer_is_itself(world: World, body: str) -> None:
    set_aside(world, body)
    queue = the_queue(world)

    [letter] = queue.browse()

    assert queue.whole(letter) == body


def test_a_message_larger_than_a_queue_takes_is_not_sent_back(world: World) -> None:
    with pytest.raises(RefusedError, match="too large for its queue"):
        the_queue(world).send_back("x" * (2**20 + 1))
