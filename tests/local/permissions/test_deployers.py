"""Deploying on local AWS, and what is done beside it, under the policy of deployers alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError

from infrastructure.deploy.previous import SAM_STACK, Clients, DeploymentRefusedError
from infrastructure.local.aws import LocalAws
from infrastructure.local.project import ROOT, TEMPLATE
from tests.integration.permissions.policies import statements_of_people
from tests.template.deployed import Deployed
from tests.template.whole import whole_template

SAM: Final = ROOT / ".venvs" / "sam" / "bin" / "sam"
BUCKET: Final = "aws-sam-cli-managed-default-samclisourcebucket-test"
STACK: Final = "annual-review"  # as whom the tests resolve the policies

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(not SAM.exists(), reason="no sam: make template-check installs it"),
]


def policy(aws: LocalAws) -> str:
    """The policy of deployers, in the account of this run."""
    statements = [
        {
            "Effect": "Allow",
            "Action": each.actions,
            "Resource": [one.replace("123456789012", aws.account) for one in each.resources],
            "Condition": each.conditions,
        }
        for each in statements_of_people(Deployed(whole_template(TEMPLATE)), "Deployers")
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def credentials(aws: LocalAws, allowed: str, name: str = "deployer") -> Mapping[str, str]:
    iam, root = aws.client("iam"), f"arn:aws:iam::{aws.account}:root"
    trust = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="deploy", PolicyDocument=allowed)
    sts = aws.client("sts")
    taken: dict[str, Any] = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="test")
    keys = taken["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def test_whoever_has_the_policy_of_deployers_deploys_with_sam(
    aws: LocalAws, tmp_path: Path
) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "nested.yaml"}}
    queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    serverless = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Nested": nested}}
    (tmp_path / "template.yaml").write_text(json.dumps(serverless), encoding="utf-8")
    (tmp_path / "nested.yaml").write_text(json.dumps(queue), encoding="utf-8")
    place = {"LocationConstraint": aws.region}
    aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    role = f"arn:aws:iam::{aws.account}:role/{STACK}-deployment"
    environment = {name: value for name, value in os.environ.items() if "AWS_" not in name}
    environment |= {**aws.environment(), **credentials(aws, policy(aws)), "SAM_CLI_TELEMETRY": "0"}

    done = subprocess.run(
        [
            *(str(SAM), "deploy", "--template-file", "template.yaml", "--stack-name", STACK),
            *("--s3-bucket", BUCKET, "--role-arn", role, "--no-confirm-changeset"),
            *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-progressbar"),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    formation = aws.client("cloudformation")
    [stack] = formation.describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    formation.delete_stack(StackName=STACK)


def test_whoever_has_the_policy_of_deployers_protects_a_stack_and_rolls_it_back(
    aws: LocalAws,
) -> None:
    formation = aws.client("cloudformation")
    queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    for name, body in ((STACK, queue), (SAM_STACK, _bucket_of_sam())):
        formation.create_stack(StackName=name, TemplateBody=json.dumps(body))
        formation.get_waiter("stack_create_complete").wait(StackName=name)
    keys = credentials(aws, policy(aws), "protector")
    session = boto3.session.Session(
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
        region_name=aws.region,
    )
    as_deployer: Any = session.client
    clients = [as_deployer(each, endpoint_url=aws.endpoint) for each in ("cloudformation", "s3")]
    account = Clients(*clients)

    def bring_back() -> list[str]:
        return account.bring_back(
            STACK, lambda _: True, f"arn:aws:iam::{aws.account}:role/{STACK}-deployment"
        )

    with pytest.raises(DeploymentRefusedError, match="nothing was deployed before"):
        bring_back()
    before = {"Resources": {**queue["Resources"], "Topic": {"Type": "AWS::SNS::Topic"}}}
    account.keep(STACK, {"template": json.dumps(before), "parameters": {}})
    account.protect(STACK)
    assert bring_back() == ["Add Topic"]

    [stack] = formation.describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    with pytest.raises(ClientError, match="TerminationProtection"):
        formation.delete_stack(StackName=STACK)
    formation.update_termination_protection(StackName=STACK, EnableTerminationProtection=False)
    for name in (STACK, SAM_STACK):
        formation.delete_stack(StackName=name)


def _bucket_of_sam() -> dict[str, Any]:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"{BUCKET}-kept"}}
    output = {"SourceBucket": {"Value": {"Ref": "Bucket"}}}
    return {"Resources": {"Bucket": bucket}, "Outputs": output}
