"""The day that a stack is gone: another one goes on with its table, restored, and its bucket.

This is the runbook, played: the table comes from an export, as after the loss of a region, with one
tally that the damage left wrong.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from annual_review.adapters.aws.event_bus import EventBus
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.table import Table
from annual_review.sample_year.events import envelope
from annual_review.services.letters.directory_store import SeenEntry
from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.deploy import STACK, StackOutputs, deploy
from infrastructure.local.emulator import emulator
from infrastructure.local.packaging import Packages, package
from infrastructure.local.project import TEMPLATE, build_paths, emulator_paths
from infrastructure.local.template import read_template
from tests.builders import ROCHFORD, an_authority, an_upheld_decision
from tests.local.commands import annual_review
from tests.local.parameters import PARAMETERS
from tests.local.waiting import eventually

pytestmark = pytest.mark.local

RESTORED = "annual-review-restored"
RECONCILE = ("reconcile", "2020", "--stack", STACK)
EXPORT = "the-export/data.json"
TALLY = {"pk": {"S": f"AUTHORITY#{ROCHFORD}"}, "sk": {"S": "TALLY#2020"}}


def record(aws: LocalAws, stack: StackOutputs, references: Sequence[str], counted: int) -> None:
    """Put decisions on the bus, and wait until the tally says so many."""
    bus = EventBus(aws.client("events"), stack.event_bus_name)
    bus.publish([envelope(an_upheld_decision(each)) for each in references])
    dynamodb = aws.client("dynamodb")

    def is_counted() -> bool:
        return tally(dynamodb, stack.table_name) == counted

    eventually(is_counted, 60)


def tally(dynamodb: Client, table: str) -> int:
    """How many complaints of the authority are counted as upheld."""
    item = dynamodb.get_item(TableName=table, Key=TALLY, ConsistentRead=True).get("Item", {})
    return int(item.get("upheld", {"N": "0"})["N"])


def export(dynamodb: Client, s3: Client, stack: StackOutputs) -> None:
    """Write every item as an export does: the emulator's own export writes none."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=stack.table_name)
    lines = [json.dumps({"Item": item}) for page in pages for item in page["Items"]]
    s3.put_object(Bucket=stack.bucket_name, Key=EXPORT, Body="\n".join(lines).encode())


def import_export(dynamodb: Client, bucket: str) -> None:
    """Make a table of the export, as the runbook does."""
    properties = read_template(TEMPLATE)["Resources"]["Table"]["Properties"]
    made = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    started = dynamodb.import_table(
        S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": EXPORT},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={
            "TableName": RESTORED,
            **{name: properties[name] for name in made},
        },
    )["ImportTableDescription"]["ImportArn"]

    def is_done() -> bool:
        told = dynamodb.describe_import(ImportArn=started)["ImportTableDescription"]
        assert told["ImportStatus"] != "FAILED", told
        return bool(told["ImportStatus"] == "COMPLETED")

    eventually(is_done, 60)


def delete(aws: LocalAws) -> None:
    """Take the stack away; what it retains stays."""
    formation = aws.client("cloudformation")
    formation.delete_stack(StackName=STACK)

    def is_gone() -> bool:
        stacks = formation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
        return any(each["StackName"] == STACK for each in stacks)

    eventually(is_gone, 60)


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    return package(build_paths(tmp_path / "package"))


def test_a_new_stack_goes_on_with_a_table_from_an_export_and_the_bucket_that_was_left(
    tmp_path: Path, packages: Packages
) -> None:
    with emulator(emulator_paths(tmp_path / "emulator")) as aws:
        dynamodb, s3 = aws.client("dynamodb"), aws.client("s3")
        first = deploy(aws, TEMPLATE, packages, PARAMETERS)
        DynamoDBDirectory(Table(dynamodb, first.table_name)).put([SeenEntry(an_authority(), 0)], [])
        record(aws, first, ["19-1", "19-2"], 2)
        export(dynamodb, s3, first)
        delete(aws)

        import_export(dynamodb, first.bucket_name)
        damage = {":seven": {"N": "7"}}
        dynamodb.update_item(
            TableName=RESTORED,
            Key=TALLY,
            UpdateExpression="SET upheld = :seven",
            ExpressionAttributeValues=damage,
        )
        existing = {"ExistingTable": RESTORED, "ExistingBucket": first.bucket_name}
        second = deploy(aws, TEMPLATE, packages, PARAMETERS | existing)

        assert (second.table_name, second.bucket_name) == (RESTORED, first.bucket_name)
        assert annual_review(aws, *RECONCILE).returncode == 1
        repaired = annual_review(
            aws, *RECONCILE, "--repair", "--by", "a tester", "--reason", "a rehearsal"
        )
        assert tally(dynamodb, RESTORED) == 2, repaired.stdout + repaired.stderr
        record(aws, second, ["19-1", "19-3"], 3)
