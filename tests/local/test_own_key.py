"""The system on local AWS with a key of its own: what it stores names it, and all goes on.

The emulator says nothing of the key of a table, a bucket or a topic, and refuses nobody for want of
one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.deploy import STACK, StackOutputs, deploy
from infrastructure.local.emulator import emulator
from infrastructure.local.packaging import package
from infrastructure.local.project import TEMPLATE, build_paths, emulator_paths
from tests.local.conftest import Inbox
from tests.local.parameters import PARAMETERS

pytestmark = pytest.mark.local

STORING = ("SQS::Queue", "Logs::LogGroup")


@pytest.fixture(scope="module")
def encrypted(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[LocalAws, StackOutputs]]:
    folder = tmp_path_factory.mktemp("own-key")
    packages = package(build_paths(folder / "package"))
    with emulator(emulator_paths(folder / "emulator")) as aws:
        yield aws, deploy(aws, TEMPLATE, packages, PARAMETERS | {"EncryptionKey": "own"})


def resources(formation: Client, stack: str) -> Iterator[dict[str, str]]:
    """All resources of a stack and of those nested in it."""
    for each in formation.describe_stack_resources(StackName=stack)["StackResources"]:
        yield each
        if each["ResourceType"] == "AWS::CloudFormation::Stack":
            yield from resources(formation, each["PhysicalResourceId"])


def test_whatever_is_stored_names_the_key_that_the_stack_made(
    encrypted: tuple[LocalAws, StackOutputs],
) -> None:
    aws, _ = encrypted
    by_type: dict[str, list[str]] = {}
    for each in resources(aws.client("cloudformation"), STACK):
        by_type.setdefault(each["ResourceType"], []).append(each["PhysicalResourceId"])
    [alias] = [
        each
        for each in aws.client("kms").list_aliases()["Aliases"]
        if each["AliasName"] == f"alias/{STACK}"
    ]
    key = aws.client("kms").describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]["Arn"]

    sqs, logs = aws.client("sqs"), aws.client("logs")
    named = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"].get(
            "KmsMasterKeyId"
        )
        for url in by_type["AWS::SQS::Queue"]
    }
    named |= {
        name: group.get("kmsKeyId")
        for name in by_type["AWS::Logs::LogGroup"]
        for group in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    }

    assert len(named) == sum(len(by_type[f"AWS::{each}"]) for each in STORING)
    assert named == dict.fromkeys(named, key)


def test_an_event_goes_on_through_encrypted_queues(
    encrypted: tuple[LocalAws, StackOutputs],
) -> None:
    aws, outputs = encrypted
    entry = {
        "Source": "ombudsman.casework",
        "DetailType": "Decision Recorded",
        "Detail": json.dumps({"schema_version": 1}),
        "EventBusName": outputs.event_bus_name,
    }
    aws.client("events").put_events(Entries=[entry])
    [message] = Inbox(aws.client("sqs"), outputs.decisions_dead_letter_queue_url).take(1)
    assert message["MessageAttributes"]["reason"]["StringValue"]
