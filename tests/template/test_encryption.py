"""Where a deployment has a key of its own: what it encrypts, and who may use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template
from tests.integration.permissions.names import REFS
from tests.template.deployed import Deployed, as_list, referred

ARN: Final = "arn:aws:kms:eu-west-2:123456789012:key/1"
STORING: Final = {
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
}
"""What stores something, and the property that names its key."""


def keys_of(deployed: Deployed, parameter: str) -> dict[str, object]:
    """The key of each resource that stores something, by logical id."""
    given = {**REFS, "EncryptionKey": parameter}
    resources = {
        name: properties[member]
        for kind, member in STORING.items()
        for name, properties in deployed.of_type(kind).items()
    }
    resources["Table"] = deployed.resources["Table"]["Properties"]["SSESpecification"][
        "KMSMasterKeyId"
    ]
    by_default = encryption_of_the_bucket(deployed, given)["ServerSideEncryptionByDefault"]
    resources["Bucket"] = by_default.get("KMSMasterKeyID", REFS["AWS::NoValue"])
    return {name: deployed.evaluated(value, given) for name, value in resources.items()}


def encryption_of_the_bucket(deployed: Deployed, given: Mapping[str, str]) -> dict[str, Any]:
    encryption = deployed.resources["Bucket"]["Properties"]["BucketEncryption"]
    [chosen] = encryption["ServerSideEncryptionConfiguration"]
    condition, one, other = chosen["Fn::If"]
    holds = deployed.evaluated({"Condition": condition}, given)
    rule: dict[str, Any] = one if holds else other
    return rule


def test_a_key_encrypts_whatever_is_stored(deployed: Deployed) -> None:
    found = keys_of(deployed, ARN)

    assert set(found.values()) == {ARN}
    kinds = {deployed.resources[name]["Type"] for name in found}
    assert kinds == {*STORING, "AWS::DynamoDB::Table", "AWS::S3::Bucket"}


def test_without_one_aws_keeps_the_keys(deployed: Deployed) -> None:
    assert set(keys_of(deployed, "aws").values()) == {REFS["AWS::NoValue"]}
    by_default = encryption_of_the_bucket(deployed, REFS)["ServerSideEncryptionByDefault"]
    assert by_default == {"SSEAlgorithm": "AES256"}


@pytest.mark.parametrize("parameter", ["aws", ARN])
def test_a_queue_is_encrypted_in_one_way_and_not_in_none(
    deployed: Deployed, parameter: str
) -> None:
    given = {**REFS, "EncryptionKey": parameter}
    for queue in deployed.queues.values():
        managed = deployed.evaluated(queue["SqsManagedSseEnabled"], given)
        assert managed is (parameter == "aws")


def test_the_stack_makes_a_key_only_where_it_is_asked_for() -> None:
    root = read_template(TEMPLATE)
    assert root["Parameters"]["EncryptionKey"]["Default"] == "aws"
    assert root["Resources"]["Encryption"]["Condition"] == "MakesKey"


def test_the_key_is_renewed_every_year_and_outlives_the_stack(deployed: Deployed) -> None:
    key = deployed.resources["Key"]
    assert key["Properties"]["EnableKeyRotation"] is True
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_services_that_write_for_us_may_use_the_key_for_us_alone(deployed: Deployed) -> None:
    statements = deployed.resources["Key"]["Properties"]["KeyPolicy"]["Statement"]
    services = {
        str(each["Principal"]["Service"]): each
        for each in statements
        if "Service" in each["Principal"]
    }
    logs = str({"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"})
    assert services.keys() == {
        "events.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "cloudfront.amazonaws.com",
        logs,
    }
    # A rule that may not write loses events, an alarm that may not write says nothing.
    for name in ("events.amazonaws.com", "cloudwatch.amazonaws.com"):
        assert {"kms:Decrypt", "kms:GenerateDataKey"} == set(services[name]["Action"])
    ours = "AWS::AccountId"
    for name in services.keys() - {"cloudwatch.amazonaws.com"}:
        assert ours in str(services[name]["Condition"])
    assert as_list(services["cloudfront.amazonaws.com"]["Action"]) == ["kms:Decrypt"]


def test_nobody_else_outside_the_account_may(deployed: Deployed) -> None:
    statements = deployed.resources["Key"]["Properties"]["KeyPolicy"]["Statement"]
    [account] = [each["Principal"] for each in statements if "Service" not in each["Principal"]]
    assert account == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}


def test_every_role_may_use_the_key_where_there_is_one_and_through_services_alone(
    deployed: Deployed,
) -> None:
    names = ("KeyPolicy", "SchedulesKeyPolicy")
    policies = [deployed.resources[name] for name in names]
    roles = {referred(role) for each in policies for role in each["Properties"]["Roles"]}

    assert roles == set(deployed.roles)
    for policy in policies:
        assert deployed.evaluated({"Condition": policy["Condition"]}, REFS) is False
        [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Condition"]["StringEquals"]["kms:ViaService"]
        assert not any("Grant" in action for action in statement["Action"])


@pytest.mark.parametrize("who", ["Readers", "Reviewers", "Operators"])
def test_people_use_the_key_where_there_is_one(deployed: Deployed, who: str) -> None:
    found = list(of_the_key(deployed, who, ARN))

    assert list(of_the_key(deployed, who, "aws")) == []
    assert len(found) == 1
    writes = "kms:GenerateDataKey" in found[0]["Action"]
    assert writes is (who != "Readers")


def of_the_key(deployed: Deployed, who: str, parameter: str) -> Iterator[dict[str, Any]]:
    given = {**REFS, "EncryptionKey": parameter}
    policy = deployed.of_type("AWS::IAM::ManagedPolicy")[who]["PolicyDocument"]
    for each in policy["Statement"]:
        if "Fn::If" not in each:
            continue
        condition, one, other = each["Fn::If"]
        holds = deployed.evaluated({"Condition": condition}, given)
        statement = one if holds else other
        if "kms" in str(statement):
            yield statement
