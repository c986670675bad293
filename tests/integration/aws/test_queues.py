from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.letter_requests import read_letter_request
from annual_review.adapters.aws.queues import SqsArrivals, SqsLetterQueue, letter_request
from annual_review.adapters.aws.set_aside import SqsDeadLetters, rejected_key
from annual_review.domain.letters import Dispatch
from annual_review.domain.reporting_year import Revision
from annual_review.services.errors import RefusedError, ThrottledError, UnavailableError
from annual_review.services.recording.messages import RejectedEventError
from tests.builders import a_letter_id, a_message
from tests.integration.faults import FaultyClient, a_time_out, answering, as_it_is, before
from tests.integration.world import DeadLetter, World


def letter_queue(world: World, client: object = None) -> SqsLetterQueue:
    any_client: Any = client or aws_clients.sqs()
    return SqsLetterQueue(any_client, world.urls["send"])


def letters(number: int) -> list[Any]:
    return [a_letter_id(f"E{place:08}") for place in range(number)]


def refusing(*ids: str, code: str = "InternalError", sender: bool = False) -> Any:  # noqa: ANN401
    """Take a batch but for some of its entries."""
    failed = [{"Id": id_, "Code": code, "SenderFault": sender, "Message": "no"} for id_ in ids]
    return answering({"Successful": [], "Failed": failed})


@pytest.mark.parametrize("number", [0, 1, 10, 23])
def test_every_letter_gets_one_message(world: World, number: int) -> None:
    letter_queue(world).put(letters(number))

    requests = world.requests("send")

    assert sorted(requests, key=str) == [
        {"year": 2020, "revision": 1, "authority": each.authority} for each in letters(number)
    ]


def test_messages_that_were_not_taken_are_sent_once_more(world: World) -> None:
    client = FaultyClient(aws_clients.sqs(), send_message_batch=[refusing("1", "2"), as_it_is])

    letter_queue(world, client).put(letters(4))

    entries = [call["Entries"] for call in client.called("send_message_batch")]
    assert [len(each) for each in entries] == [4, 2]
    assert [each["authority"] for each in world.requests("send")] == ["E00000001", "E00000002"]


@pytest.mark.parametrize(("sender", "expected"), [(True, RefusedError), (False, ThrottledError)])
def test_messages_that_are_never_taken_are_told(
    world: World, *, sender: bool, expected: type[Exception]
) -> None:
    refused = refusing("0", sender=sender)
    client = FaultyClient(aws_clients.sqs(), send_message_batch=[refused, refused])

    with pytest.raises(expected, match="1 messages not taken: InternalError"):
        letter_queue(world, client).put(letters(2))


def test_a_queue_that_does_not_answer_is_told(world: World) -> None:
    client = FaultyClient(aws_clients.sqs(), send_message_batch=[before(a_time_out())])

    with pytest.raises(UnavailableError):
        letter_queue(world, client).put(letters(1))


@given(
    st.integers(1, 999_999),
    st.from_regex(r"[0-9A-Za-z_-]{1,20}", fullmatch=True),
    st.integers(1, 999),
)
def test_a_request_names_its_letter(revision: int, code: str, dispatch: int) -> None:
    letter = replace(a_letter_id(code), revision=Revision(revision), dispatch=Dispatch(dispatch))

    assert read_letter_request(letter_request(letter)) == letter


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("", "message (json_invalid)"),
        ("[]", "message (model_type)"),
        ('{"year": 2020, "revision": 1}', "authority (missing)"),
        ('{"year": "2020", "revision": 1, "authority": "E07000075"}', "year (int_type)"),
        ('{"year": true, "revision": 1, "authority": "E07000075"}', "year (int_type)"),
        ('{"year": 1, "revision": 1, "authority": "E07000075"}', "year (greater_than_equal)"),
        (
            '{"year": 2020, "revision": 1, "authority": "E", "dispatch": 0}',
            "dispatch (greater_than_equal)",
        ),
        ('{"year": 2020, "revision": 0, "authority": "E"}', "revision (greater_than_equal)"),
        (
            '{"year": 2020, "revision": 1, "authority": "../E07"}',
            "authority (string_pattern_mismatch)",
        ),
    ],
)
def test_what_is_no_request_is_rejected_with_the_place(body: str, place: str) -> None:
    with pytest.raises(RejectedEventError) as caught:
        read_letter_request(body)

    assert caught.value.reason == f"not_a_letter_request: {place}"


def dead_letters(world: World) -> SqsDeadLetters:
    return SqsDeadLetters(aws_clients.sqs(), world.urls["decisions-dead"])


def with_bucket(world: World, largest: int) -> SqsDeadLetters:
    return replace(dead_letters(world), overflow=lambda: world.documents, largest=largest)


def test_a_dead_letter_is_kept_whole_with_its_reason(world: World) -> None:
    body = '{"half an event": "“é”\\u0000\n\t'

    dead_letters(world).put(a_message(body), "not_json: line 1")

    assert world.dead_letters("decisions-dead") == [DeadLetter(body, "not_json: line 1")]


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("", "no reason given"),
        ("unknown_authority: É\x00\n", "unknown_authority: ???"),
        ("x" * 600, "x" * 500),
    ],
)
def test_a_reason_is_kept_as_far_as_a_queue_takes_it(world: World, reason: str, kept: str) -> None:
    dead_letters(world).put(a_message("{}"), reason)

    assert world.dead_letters("decisions-dead") == [DeadLetter("{}", kept)]


def test_a_dead_letter_too_large_for_the_queue_is_kept_in_the_bucket(world: World) -> None:
    body = "é" * 600
    sha256 = hashlib.sha256(body.encode()).hexdigest()

    with_bucket(world, 1000).put(a_message(body), "not_json")

    (letter,) = world.dead_letters("decisions-dead")
    pointer = {"kept_in_bucket": rejected_key(sha256), "bytes": 1200, "sha256": sha256}
    assert json.loads(letter.body) == pointer
    assert letter.reason == "not_json"
    assert world.documents.get(f"rejected/{sha256}.json") == body.encode()


@pytest.mark.parametrize(("spare", "in_queue"), [(0, True), (-1, False)])
def test_body_and_reason_together_have_to_fit(world: World, spare: int, *, in_queue: bool) -> None:
    body, reason = "x" * 100, "not_json"
    largest = len(body) + len("reason") + len("String") + len(reason) + spare

    with_bucket(world, largest).put(a_message(body), reason)

    (letter,) = world.dead_letters("decisions-dead")
    assert (letter.body == body) is in_queue


def test_without_a_bucket_a_dead_letter_too_large_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match="1200 bytes"):
        replace(dead_letters(world), largest=1000).put(a_message("x" * 1200), "not_json")

    assert world.dead_letters("decisions-dead") == []


def test_arrivals_count_what_waits_and_what_is_being_recorded(world: World) -> None:
    sqs, url = aws_clients.sqs(), world.urls["decisions"]
    arrivals = SqsArrivals(sqs, url, world.urls["decisions-dead"])
    assert (arrivals.waiting(), arrivals.dead()) == (0, 0)

    for delay in (0, 0, 900):
        sqs.send_message(QueueUrl=url, MessageBody="{}", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
    dead_letters(world).put(a_message("{}"), "not_json")

    assert (arrivals.waiting(), arrivals.dead()) == (3, 1)
