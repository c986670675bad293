"""Every sample of an invocation, through its function, on a table made from the template."""

from __future__ import annotations

from typing import Any

import pytest

from annual_review.domain.letters import LetterState
from infrastructure.local.invocations import FUNCTIONS, before, sample
from tests.builders import ROCHFORD, YEAR, a_register, recipients
from tests.integration import conftest
from tests.integration.publishing import an_approved_publication, live
from tests.integration.world import FakeContext, World

_HANDLERS: dict[str, Any] = {each.__name__.split(".")[1]: each for each in conftest.FUNCTIONS}


@pytest.fixture
def world(moto_world: World) -> World:
    """Here nothing is of our own making."""
    return moto_world


@pytest.fixture
def casework(deployed: World) -> World:
    """A deployment that knows the authority of the samples."""
    deployed.knows(a_register(ROCHFORD), recipients(ROCHFORD))
    return deployed


def invoke(function: str) -> dict[str, Any]:
    answer: dict[str, Any] = _HANDLERS[function].lambda_handler(sample(function), FakeContext())
    return answer


def after(world: World, function: str) -> dict[str, Any]:
    """Call a function with its sample when the samples before it have done their work."""
    for each in before(function):
        assert invoke(each).get("batchItemFailures", []) == []
    if function == "publish_year":
        an_approved_publication(world)
    return invoke(function)


def test_there_is_a_sample_for_every_function() -> None:
    assert set(FUNCTIONS) == set(_HANDLERS)


def test_the_samples_tell_a_year(casework: World) -> None:
    public = after(casework, "publish_year")

    assert casework.tally().upheld == 1
    assert [letter.state for letter in casework.letters.of_year(YEAR)] == [LetterState.DELIVERED]
    assert public["year"] == 2020
    assert live()


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("record_decisions", {"batchItemFailures": []}),
        ("prepare_letter", {"batchItemFailures": []}),
        ("release_letters", {"year": 2020, "released": 1, "left": {}}),
        ("send_letter", {"batchItemFailures": []}),
        ("track_delivery", {"batchItemFailures": []}),
    ],
)
def test_a_sample_is_answered_as_one_of_aws_would_be(
    casework: World, function: str, answer: dict[str, Any]
) -> None:
    assert after(casework, function) == answer
    assert casework.dead_letters("decisions-dead") == []


@pytest.mark.parametrize("function", ["record_decisions", "prepare_letter", "send_letter"])
def test_what_sam_generates_for_a_queue_is_read_and_set_aside(
    casework: World, function: str
) -> None:
    # As `sam local generate-event sqs receive-message` makes it.
    record = {
        "messageId": "19dd0b57-b21e-4ac1-bd88-01bbb068cb78",
        "receiptHandle": "MessageReceiptHandle",
        "body": "Hello from SQS!",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1523232000000",
            "SenderId": "123456789012",
            "ApproximateFirstReceiveTimestamp": "1523232000001",
        },
        "messageAttributes": {},
        "md5OfBody": "7b270e59b47ff90a553787216d55d91d",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:MyQueue",
        "awsRegion": "us-east-1",
    }

    answer = _HANDLERS[function].lambda_handler({"Records": [record]}, FakeContext())

    assert answer == {"batchItemFailures": []}
    assert [each.body for each in casework.dead_letters("decisions-dead")] == ["Hello from SQS!"]
