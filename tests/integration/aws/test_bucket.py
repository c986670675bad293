from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import IncompleteReadError
from botocore.response import StreamingBody

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.services.errors import MissingError, RefusedError, UnavailableError
from tests.integration.faults import FaultyClient, answering
from tests.integration.world import BUCKET, World


def test_a_document_comes_back_byte_for_byte(world: World) -> None:
    content = bytes(range(256)) * 100

    world.documents.put("letters/2020/1/E07000075.pdf", content, "application/pdf")

    assert world.documents.get("letters/2020/1/E07000075.pdf") == content


def test_a_document_has_its_type_and_a_checksum(world: World) -> None:
    world.documents.put("figures.csv", b"a,b\r\n", "text/csv")

    head = aws_clients.s3().head_object(Bucket=BUCKET, Key="figures.csv", ChecksumMode="ENABLED")

    assert head["ContentType"] == "text/csv"
    assert head["ChecksumSHA256"]


def test_a_document_is_sent_without_asking_first_whether_it_may(world: World) -> None:
    sent: list[set[str]] = []
    events = aws_clients.s3().meta.events

    def note(request: AWSPreparedRequest, **_: object) -> None:
        sent.append({name.lower() for name in request.headers})

    events.register_first("before-send.s3.PutObject", note)
    try:
        world.documents.put("figures.csv", b"a,b\r\n", "text/csv")
    finally:
        events.unregister("before-send.s3.PutObject", note)

    [headers] = sent
    assert "content-type" in headers
    assert "expect" not in headers


def test_the_same_key_again_replaces_a_document(world: World) -> None:
    world.documents.put("key", b"first", "text/plain")
    world.documents.put("key", b"second", "text/plain")

    assert world.documents.get("key") == b"second"


def test_a_document_that_is_not_there_is_missing(world: World) -> None:
    with pytest.raises(MissingError):
        world.documents.get("nothing")


def test_a_bucket_that_is_not_there_is_a_refusal(world: World) -> None:
    with pytest.raises(RefusedError):
        S3Documents(aws_clients.s3(), f"{BUCKET}-gone").get("key")
    assert world.urls


def test_a_content_that_breaks_off_is_not_taken_for_whole(world: World) -> None:
    whole_length = 10
    body = StreamingBody(io.BytesIO(b"half"), whole_length)
    client: Any = FaultyClient(aws_clients.s3(), get_object=[answering({"Body": body})])

    with pytest.raises(UnavailableError, match=IncompleteReadError.__name__):
        S3Documents(client, BUCKET).get("key")
    assert world.urls
