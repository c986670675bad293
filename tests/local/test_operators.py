"""The operators' commands on local AWS: dead letters listed, replayed, discarded; a file imported.

No function runs here: of the real template only the queues, the bus, the table and the bucket are
laid out, as a small stack that says of itself what the whole one says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.table import Table
from annual_review.services.letters.directory_store import SeenEntry
from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template
from tests.builders import a_message, an_authority, an_event, an_upheld_decision
from tests.local.commands import annual_review
from tests.local.waiting import eventually

pytestmark = pytest.mark.local

STACK = "operators"
ON_STACK = ("--stack", STACK)
RESOURCES = ("Table", "Bucket", "EventBus", "DecisionsQueue", "DecisionsDeadLetterQueue")
RULE = ("DecisionsRule", "StrayEventsRule", "DecisionsQueuePolicy")
CONDITIONS = ("MakesTable", "MakesBucket", "LocksWhatIsFrozen", "RunsLocally")
GIVEN = ("ExistingTable", "ExistingBucket", "LockDays")
URLS = (f"{queue}Url" for queue in RESOURCES[3:])
OUTPUTS = ("TableName", "BucketName", "EventBusName", *URLS)
SOUND = a_message(an_upheld_decision("19-1")).body
BROKEN = json.dumps(an_event(an_upheld_decision("19-2"), version="1"))


@pytest.fixture
def outputs(make_client: Callable[[str], Client]) -> dict[str, str]:
    """What a stack of the resources that the commands use says of itself."""
    whole = read_template(TEMPLATE)
    part = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            "Stage": {"Type": "String", "Default": "operators"},
            "LocalMailEndpoint": {"Type": "String", "Default": "http://127.0.0.1:1"},
            **{name: whole["Parameters"][name] for name in GIVEN},
        },
        "Conditions": {name: whole["Conditions"][name] for name in CONDITIONS},
        "Resources": {name: whole["Resources"][name] for name in (*RESOURCES, *RULE)},
        "Outputs": {name: whole["Outputs"][name] for name in OUTPUTS},
    }
    formation = make_client("cloudformation")
    formation.create_stack(StackName=STACK, TemplateBody=json.dumps(part))
    described: list[dict[str, str]] = []

    def stands() -> bool:
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        described[:] = stack.get("Outputs", [])
        return bool(stack["StackStatus"] == "CREATE_COMPLETE")

    eventually(stands)
    return {each["OutputKey"]: each["OutputValue"] for each in described}


def test_an_operator_empties_the_dead_letters_and_imports_a_file(
    aws: LocalAws, make_client: Callable[[str], Client], outputs: dict[str, str], tmp_path: Path
) -> None:
    sqs = make_client("sqs")
    table = Table(make_client("dynamodb"), outputs["TableName"])
    DynamoDBDirectory(table).put([SeenEntry(an_authority(), 0)], [])
    dead_letters = SqsDeadLetters(sqs, outputs["DecisionsDeadLetterQueueUrl"])
    dead_letters.put(a_message(SOUND), "unknown_authority: E07000075")
    dead_letters.put(a_message(BROKEN), "invalid_field: detail.version (int_type)")

    listed = annual_review(aws, "dead-letters", "list", *ON_STACK)
    assert listed.returncode == 0, listed.stderr
    assert ("19-1" in listed.stdout, "19-2" in listed.stdout) == (True, True)
    rows = json.loads(annual_review(aws, "dead-letters", "list", "--json", *ON_STACK).stdout)
    [broken] = [each["id"] for each in rows["messages"] if each["case_reference"] == "19-2"]

    replayed = annual_review(aws, "dead-letters", "replay", "--all", *ON_STACK)
    assert (replayed.returncode, broken[:8] in replayed.stderr) == (1, True)
    discarded = annual_review(
        aws, "dead-letters", "discard", broken, "--reason", "sent again", *ON_STACK
    )
    assert discarded.returncode == 0, discarded.stderr
    kept = make_client("s3").get_object(
        Bucket=outputs["BucketName"], Key=f"discarded/decisions/{broken}.json"
    )
    assert json.loads(kept["Body"].read())["body"] == BROKEN

    events = tmp_path / "events.jsonl"
    lines = (json.dumps(an_event(case_reference=str(number))) for number in range(25))
    events.write_text("\n".join(lines))
    imported = annual_review(aws, "import", str(events), *ON_STACK)
    assert imported.returncode == 0, imported.stderr

    def waiting(url: str) -> int:
        answer = sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    # The replayed message, and those that were imported.
    eventually(lambda: waiting(outputs["DecisionsQueueUrl"]) == 1 + 25)
    assert waiting(outputs["DecisionsDeadLetterQueueUrl"]) == 0
