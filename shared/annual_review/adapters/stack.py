"""The deployed system, found by the name of its stack; for operators, not functions."""

from __future__ import annotations

from dataclasses import dataclass

import boto3

from annual_review.adapters import aws_clients
from annual_review.adapters.aws_errors import port_errors
from annual_review.adapters.bucket import S3Documents
from annual_review.adapters.table import Table
from annual_review.services.errors import MissingError


@dataclass(frozen=True, slots=True)
class Stack:
    """What the operators' commands need of the deployed system."""

    table: Table
    documents: S3Documents


def find_stack(name: str) -> Stack:
    """Find the deployed system with the credentials and the region of the environment.

    Raises:
        MissingError: The stack is another system's.
        PortError: There is no such stack, or AWS can't be asked.
    """
    with port_errors():
        described = boto3.client("cloudformation").describe_stacks(StackName=name)
    outputs = {
        output["OutputKey"]: output["OutputValue"]
        for output in described["Stacks"][0].get("Outputs", [])
    }
    for wanted in ("TableName", "BucketName"):
        if wanted not in outputs:
            raise MissingError(f"stack {name} is another system's: it has no output {wanted}")
    return Stack(
        Table(aws_clients.dynamodb(), outputs["TableName"]),
        S3Documents(aws_clients.s3(), outputs["BucketName"]),
    )
