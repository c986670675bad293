"""The doctor on local AWS, asked by people who have their policies and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.deploy import STACK
from infrastructure.local.system import LocalSystem, local_system

pytestmark = pytest.mark.local

NEEDED = {
    "sqs:GetQueueAttributes": {"queues", "dead-letters"},
    "scheduler:GetSchedule": {"schedules"},
    "lambda:GetEventSourceMapping": {"event-sources"},
    "sns:ListSubscriptionsByTopic": {"alarms"},
}
"""What the emulator asks a permission for, and the checks that rest on it."""

_BY_OTHER_NAMES = {"lambda:GetEventSourceMapping": "lambda:ListEventSourceMappings"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    folder: Path = tmp_path_factory.mktemp("doctor")
    with local_system(folder / "work", folder / "outbox") as running:
        yield running


def policy_of(system: LocalSystem, who: str) -> dict[str, Any]:
    """The managed policy that the stack made."""
    formation, iam = system.aws.client("cloudformation"), system.aws.client("iam")
    [people] = formation.describe_stacks(StackName=system.physical_id("People"))["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in people["Outputs"]}
    arn = outputs[f"{who}PolicyArn"]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    document: dict[str, Any] = json.loads(found) if isinstance(found, str) else found
    return document


def without(policy: dict[str, Any], action: str) -> dict[str, Any]:
    """Take an action out; what the emulator asks for in its place goes with it."""
    removed = {action, _BY_OTHER_NAMES.get(action)}
    statements = []
    for each in policy["Statement"]:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        if left := [one for one in actions if one not in removed]:
            statements.append({**each, "Action": left})
    return {**policy, "Statement": statements}


def doctor(
    system: LocalSystem, name: str, policies: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Ask the doctor in a role with these policies; return what is unknown, by check."""
    iam, root = system.aws.client("iam"), f"arn:aws:iam::{system.aws.account}:root"
    trust = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    for number, policy in enumerate(policies):
        iam.put_role_policy(
            RoleName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(policy)
        )
    taken = system.aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")
    keys = taken["Credentials"]
    environment = {
        **system.aws.environment(),
        "AWS_ENDPOINT_URL_SESV2": system.mailbox.endpoint,
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
    program = str(Path(sys.executable).with_name("annual-review"))
    called = subprocess.run(
        [program, "doctor", "--year", "2020", "--json", "--stack", STACK],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert called.stdout, called.stderr
    found = {each["check"]: each for each in json.loads(called.stdout)["checks"]}
    assert "letters" in found
    return {name: each for name, each in found.items() if each["outcome"] == "unknown"}


@pytest.mark.parametrize("who", ["Readers", "Reviewers", "Operators", "Deployers"])
def test_the_doctor_can_look_at_everything_for_everybody(system: LocalSystem, who: str) -> None:
    policies = [policy_of(system, each) for each in dict.fromkeys(("Readers", who))]

    assert doctor(system, who, policies) == {}


@pytest.mark.parametrize("action", NEEDED)
def test_what_the_doctor_may_not_ask_it_names_with_the_permission(
    system: LocalSystem, action: str
) -> None:
    lacking = without(policy_of(system, "Readers"), action)

    unknown = doctor(system, f"lacks-{action.replace(':', '-')}", [lacking])

    assert unknown.keys() == NEEDED[action]
    for each in unknown.values():
        assert "can't be checked" in each["says"]
        assert action in each["remedy"]
