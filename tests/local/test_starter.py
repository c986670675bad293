"""What the starter changes in the emulator, seen from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infrastructure.local import emulator as emulator_module
from infrastructure.local import starter
from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.emulator import EmulatorPaths, emulator
from infrastructure.local.stages import calls_served
from tests.local.conftest import Inbox
from tests.local.functions import create_function

pytestmark = pytest.mark.local

TELLS_HOW_MANY = """
import boto3, os
def lambda_handler(event, context):
    number = str(len(event["Records"]))
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=number)
"""


def test_a_batch_is_as_large_as_the_event_source_asks_for(
    aws: LocalAws, make_client: Callable[[str], Client]
) -> None:
    sqs, functions, iam = make_client("sqs"), make_client("lambda"), make_client("iam")
    source, told = (
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        for name in ("source", "told")
    )
    create_function(aws, TELLS_HOW_MANY, "counts-its-batch")
    policy = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="counts-its-batch",
        PolicyName="queues",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [policy]}),
    )
    functions.update_function_configuration(
        FunctionName="counts-its-batch", Environment={"Variables": {"QUEUE": told}}
    )
    for _ in range(3):
        entries = [{"Id": str(number), "MessageBody": "{}"} for number in range(10)]
        sqs.send_message_batch(QueueUrl=source, Entries=entries)

    attributes = sqs.get_queue_attributes(QueueUrl=source, AttributeNames=["QueueArn"])
    functions.create_event_source_mapping(
        EventSourceArn=attributes["Attributes"]["QueueArn"],
        FunctionName="counts-its-batch",
        BatchSize=25,
    )

    batches = Inbox(sqs, told).take(2)
    assert sorted(int(message["Body"]) for message in batches) == [5, 25]


def test_a_query_still_finds_what_it_asks_for(make_client: Callable[[str], Client]) -> None:
    dynamodb = make_client("dynamodb")
    names = {"TableName": "kept-expressions"}
    dynamodb.create_table(
        **names,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
    )
    for key in ("A#1", "A#2", "B#1"):
        dynamodb.put_item(**names, Item={"pk": {"S": "p"}, "sk": {"S": key}})

    def found(prefix: str) -> list[str]:
        answer = dynamodb.query(
            **names,
            KeyConditionExpression="pk = :p AND begins_with(sk, :s)",
            ExpressionAttributeValues={":p": {"S": "p"}, ":s": {"S": prefix}},
        )
        return [item["sk"]["S"] for item in answer["Items"]]

    assert [found("A#"), found("B#"), found("C#")] == [["A#1", "A#2"], ["B#1"], []]


def test_its_calls_are_counted(aws: LocalAws, make_client: Callable[[str], Client]) -> None:
    before = calls_served(aws)
    make_client("sqs").list_queues()
    make_client("s3").list_buckets()

    assert calls_served(aws) - before == {"root sqs ListQueues": 1, "root s3 GET": 1}


def test_its_log_begins_with_what_was_done(paths: EmulatorPaths) -> None:
    with emulator(paths):
        assert paths.log.read_text().startswith("local AWS: event sources hand over whole batches")


def test_another_version_runs_as_it_is_and_its_calls_are_not_known(
    paths: EmulatorPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "starter.py"
    code = Path(starter.__file__).read_text(encoding="utf-8")
    older.write_text(code.replace(starter.WRITTEN_FOR, "1.5.32"), encoding="utf-8")
    monkeypatch.setattr(emulator_module, "_STARTER", older)

    with emulator(paths) as aws:
        assert "started as it is" in paths.log.read_text()
        assert calls_served(aws) == {}


def test_a_stranger_is_refused_and_every_run_has_a_key_of_its_own(aws: LocalAws) -> None:
    stranger = LocalAws(aws.endpoint, "000000000000")

    with pytest.raises(ClientError, match="403"):
        stranger.client("lambda").list_functions()
    assert aws.account != "000000000000"
    assert aws.client("lambda").list_functions()["Functions"] is not None
