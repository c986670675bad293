"""The roles of the functions on local AWS, and what they may touch; the functions run here.

Of the real template the table, the bucket, the queues and the roles are laid out, under the names
that the tests know. A function is called in this process, with the credentials of its role: so no
event source is quicker than the test, and nothing has to be waited for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

import boto3
import pytest

from annual_review.adapters.aws import aws_clients
from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.deploy import _allow_by_other_names
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import Template
from tests.integration.permissions.names import NAMES
from tests.integration.world import SENDER, World
from tests.local.waiting import eventually
from tests.template.deployed import as_list
from tests.template.whole import whole_template

STACK: Final = "permissions"
_KINDS: Final = ("AWS::SQS::Queue", "AWS::IAM::Role", "AWS::Logs::LogGroup")
_ALONE: Final = ("Table", "Bucket", "ConfigurationSet", "MailEvents")
_USED_BY_LAMBDA: Final = {"TakeEvents", "TakeMessages", "SayThatItFailed", "Log"}
_CLIENTS: Final = ("dynamodb", "events", "functions", "s3", "sesv2", "sesv2_account", "sqs")
_NAME_OF: Final = {
    "AWS::SQS::Queue": "QueueName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SES::ConfigurationSet": "Name",
}


Clients: TypeAlias = Mapping[str, Client]


@dataclass(frozen=True)
class Roles:
    """The roles of the stack, by logical id, and a way to act in them."""

    aws: LocalAws
    names: Mapping[str, str]

    def policy(self, role: str) -> dict[str, Any]:
        """Return what a role may do, by the policy that stands in the template."""
        iam = self.aws.client("iam")
        [policy] = iam.list_role_policies(RoleName=self.names[role])["PolicyNames"]
        got = iam.get_role_policy(RoleName=self.names[role], PolicyName=policy)
        return {"PolicyName": policy, "PolicyDocument": got["PolicyDocument"]}

    def used_by_the_function(self, role: str) -> list[tuple[str, str]]:
        """Return the permissions of a role, without those that Lambda itself makes use of."""
        return [
            (each["Sid"], action)
            for each in self.policy(role)["PolicyDocument"]["Statement"]
            if each["Sid"] not in _USED_BY_LAMBDA
            for action in as_list(each["Action"])
            if not action.endswith("Batch")
        ]

    @contextmanager
    def without(self, role: str, sid: str, action: str) -> Iterator[None]:
        """Take one action out of one statement of a role, for as long as the block lasts."""
        before = self.policy(role)
        statements = []
        for each in before["PolicyDocument"]["Statement"]:
            actions = as_list(each["Action"])
            if each["Sid"] == sid:
                # What the emulator asks for in two words is one permission of AWS.
                actions = [one for one in actions if one.removesuffix("Batch") != action]
            statements += [{**each, "Action": actions}] if actions else []
        document = {**before["PolicyDocument"], "Statement": statements}
        self._put(role, before["PolicyName"], document)
        try:
            yield
        finally:
            self._put(role, before["PolicyName"], before["PolicyDocument"])

    def _put(self, role: str, policy: str, document: Mapping[str, Any]) -> None:
        self.aws.client("iam").put_role_policy(
            RoleName=self.names[role], PolicyName=policy, PolicyDocument=json.dumps(document)
        )

    def clients(self, role: str) -> Clients:
        """Return the clients of a function that acts in its role."""
        arn = f"arn:aws:iam::{self.aws.account}:role/{self.names[role]}"
        sts = self.aws.client("sts")
        taken = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        credentials = {
            "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
            "AWS_SESSION_TOKEN": taken["SessionToken"],
        }
        return clients_with({**self.aws.environment(), **credentials})


def lay_out_roles(aws: LocalAws) -> tuple[Roles, World]:
    """Create the stack, and return its roles and its world."""
    formation, part = aws.client("cloudformation"), _part(whole_template(TEMPLATE))
    formation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(part),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": "MailFrom", "ParameterValue": SENDER}],
    )
    eventually(lambda: _status(formation) != "CREATE_IN_PROGRESS")
    assert _status(formation) == "CREATE_COMPLETE"
    resources = formation.describe_stack_resources(StackName=STACK)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
    sqs = aws.client("sqs")
    urls = {
        NAMES[logical]: sqs.get_queue_url(QueueName=NAMES[logical])["QueueUrl"]
        for logical, resource in part["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue"
    }
    aws.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    return Roles(aws, ids), World(urls)


def _status(formation: Client) -> str:
    return str(formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])


def _part(whole: Template) -> Template:
    part = {
        name: each
        for name, each in whole["Resources"].items()
        if name in _ALONE or (each["Type"] in _KINDS and not name.endswith("ScheduleRole"))
    }
    for name, resource in part.items():
        if kind := _NAME_OF.get(resource["Type"]):
            resource.setdefault("Properties", {})[kind] = NAMES[name]
    body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": whole["Parameters"],
        "Conditions": whole["Conditions"],
        "Resources": part,
    }
    _allow_by_other_names(body)
    _ask_of_mail_what_the_emulator_asks(body)
    return body


def _ask_of_mail_what_the_emulator_asks(body: Template) -> None:
    """Let the sender send, as which address and to whom: that, the emulator doesn't know."""
    [policy] = body["Resources"]["SendLetterRole"]["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        if "ses:SendEmail" in statement["Action"]:
            del statement["Condition"]
            statement |= {"Action": "ses:SendEmail", "Resource": "*"}


def clients_with(environment: Mapping[str, str]) -> Clients:
    """Make the clients that a function makes in an environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        return {name: getattr(aws_clients, name).__wrapped__() for name in _CLIENTS}


@contextmanager
def acting(clients: Clients) -> Iterator[None]:
    """Let whoever asks for a client in this process get one of these."""
    with pytest.MonkeyPatch.context() as patch:
        for name, client in clients.items():
            patch.setattr(aws_clients, name, partial(_itself, client))
        yield


def _itself(client: Client) -> Client:
    return client
