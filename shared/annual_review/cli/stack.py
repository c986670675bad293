"""The deployed system, for the commands of its operators: found by the name of its stack."""

from __future__ import annotations

import os
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from annual_review.adapters import aws_clients
from annual_review.adapters.table import Table
from annual_review.cli.console import CommandError


@dataclass(frozen=True, slots=True)
class Stack:
    """What the operators' commands need of the deployed system."""

    table: Table


def find_stack(name: str) -> Stack:
    """Find the deployed system with the credentials and the region of the environment.

    Raises:
        CommandError: There is no such stack, or it can't be asked.
    """
    try:
        described = boto3.client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise CommandError(
            f"stack {name} can't be found ({code})",
            "Name the stack with --stack, and check the AWS account and region in use:",
            f"AWS_PROFILE={os.environ.get('AWS_PROFILE', '')}"
            f" AWS_REGION={os.environ.get('AWS_REGION', '')}",
        ) from error
    except BotoCoreError as error:
        raise CommandError(
            f"AWS can't be asked ({type(error).__name__})",
            "Set AWS_PROFILE or credentials, and AWS_REGION.",
        ) from error
    outputs = {
        output["OutputKey"]: output["OutputValue"]
        for output in described["Stacks"][0].get("Outputs", [])
    }
    if "TableName" not in outputs:
        raise CommandError(f"stack {name} is not this system: it has no output TableName")
    return Stack(Table(aws_clients.dynamodb(), outputs["TableName"]))
