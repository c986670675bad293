"""Deploys the real template to local AWS, and waits until it stands.

Three things in the templates are changed. Where code and nested stacks lie: the paths they name
are replaced by the uploaded files, as `sam deploy` does. The names of permissions: AWS asks who
sends a batch of messages for `sqs:SendMessage`, the emulator for `sqs:SendMessageBatch`, and so on.
And how many invocations an event source starts at once: no more than this machine has cores, since
each is a process that takes a second of a core to start.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.packaging import CODE_OF_FUNCTIONS, Packages
from infrastructure.local.template import (
    Template,
    nested_templates,
    read_template,
    resources_of_type,
)

Progress = Callable[[int, int], None]

STACK = "annual-review"
_CODE_BUCKET = "annual-review-code"
_WITHIN_SECONDS = 120.0
_ASK_EVERY_SECONDS = 0.1
_ASKED_FOR_INSTEAD = {
    "sqs:SendMessage": "sqs:SendMessageBatch",
    "lambda:GetEventSourceMapping": "lambda:ListEventSourceMappings",
}
_LEAST_AT_ONCE = 2  # AWS takes no fewer


class DeploymentError(Exception):
    """The stack was not created; the message lists the reasons of every resource that failed."""

    retryable = False


@dataclass(frozen=True, slots=True)
class StackOutputs:
    """The outputs of the template, one attribute for each: `TableName` is `table_name`."""

    event_bus_name: str
    table_name: str
    bucket_name: str
    lock_days: str
    decisions_queue_url: str
    decisions_dead_letter_queue_url: str
    prepare_queue_url: str
    prepare_dead_letter_queue_url: str
    send_queue_url: str
    send_dead_letter_queue_url: str
    delivery_queue_url: str
    delivery_dead_letter_queue_url: str
    schedules_dead_letter_queue_url: str
    close_year_function_name: str
    year_end_schedule_name: str
    letters_day_schedule_name: str
    watch_schedule_name: str
    publication_day_schedule_name: str
    site_address: str
    approval_required: str
    mail_mode: str
    mail_from: str
    test_mailbox: str
    event_sources: str
    configuration_set_name: str
    alarm_topic_arn: str


def output_key(attribute: str) -> str:
    """Return the name that an attribute of `StackOutputs` has in the template."""
    return "".join(word.capitalize() for word in attribute.split("_"))


def deploy(
    aws: LocalAws,
    template: Path,
    packages: Packages,
    parameters: Mapping[str, str],
    progress: Progress = lambda _done, _total: None,
) -> StackOutputs:
    """Upload the code, create the stack, and wait until every resource stands.

    Raises:
        DeploymentError: The stack can't be created; with all reasons given.
    """
    code = _upload_code(aws.client("s3"), packages)

    def prepared(path: Path) -> Template:
        body = read_template(path)
        _point_to(body, code)
        _allow_by_other_names(body)
        _spare_the_cores(body, max(os.cpu_count() or 1, _LEAST_AT_ONCE))
        for name, part in nested_templates(body, path).items():
            body["Resources"][name]["Properties"]["TemplateURL"] = _upload_template(
                aws, name, prepared(part)
            )
        return body

    body = prepared(template)
    formation = aws.client("cloudformation")
    try:
        formation.create_stack(
            StackName=STACK,
            TemplateURL=_upload_template(aws, STACK, body),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        raise DeploymentError(f"stack {STACK} is refused: {error}") from error
    description = _wait(formation, len(body["Resources"]), progress)
    outputs = {o["OutputKey"]: o["OutputValue"] for o in description["Outputs"]}
    return StackOutputs(**{f.name: outputs[output_key(f.name)] for f in fields(StackOutputs)})


@dataclass(frozen=True, slots=True)
class _Code:
    """Where the code was uploaded to: each layer by its name, and what every function has."""

    layers: Mapping[str, Mapping[str, str]]
    functions: Mapping[str, str]


def _upload_code(s3: Client, packages: Packages) -> _Code:
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(
            Bucket=_CODE_BUCKET,
            CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
        )
    return _Code(
        {name: _upload(s3, path) for name, path in packages.layers.items()},
        _upload(s3, packages.functions),
    )


def _upload(s3: Client, zip_file: Path) -> dict[str, str]:
    code = zip_file.read_bytes()
    key = f"{zip_file.stem}-{hashlib.sha256(code).hexdigest()}.zip"
    s3.put_object(Bucket=_CODE_BUCKET, Key=key, Body=code)
    return {"Bucket": _CODE_BUCKET, "Key": key}


def _upload_template(aws: LocalAws, name: str, body: Template) -> str:
    """Upload a template and return where it lies: a nested one is taken from nowhere else."""
    key = f"{name}.json"
    aws.client("s3").put_object(Bucket=_CODE_BUCKET, Key=key, Body=json.dumps(body).encode())
    return f"{aws.endpoint}/{_CODE_BUCKET}/{key}"


def _point_to(body: Template, code: _Code) -> None:
    """Let functions and layers of a template take their code from where it was uploaded to."""
    for name, layer in resources_of_type(body, "AWS::Serverless::LayerVersion").items():
        if name not in code.layers:
            raise DeploymentError(f"{name} is a layer that was not packed")
        layer["Properties"]["ContentUri"] = code.layers[name]
    for name, function in resources_of_type(body, "AWS::Serverless::Function").items():
        folder = function["Properties"]["CodeUri"]
        if folder != CODE_OF_FUNCTIONS:
            raise DeploymentError(f"{name} takes its code from {folder}, not {CODE_OF_FUNCTIONS}")
        function["Properties"]["CodeUri"] = code.functions


def _allow_by_other_names(body: Template) -> None:
    """Let who may do something do it here, too, where the emulator asks for another permission."""
    policies = [
        policy
        for role in resources_of_type(body, "AWS::IAM::Role").values()
        for policy in role["Properties"]["Policies"]
    ]
    kinds = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    added = [each for kind in kinds for each in resources_of_type(body, kind).values()]
    for policy in (*policies, *(each["Properties"] for each in added)):
        for statement in policy["PolicyDocument"]["Statement"]:
            if other := _ASKED_FOR_INSTEAD.get(str(statement.get("Action"))):
                statement["Action"] = [statement["Action"], other]


def _spare_the_cores(body: Template, most: int) -> None:
    """Let an event source start no more invocations at once than a machine has cores."""
    for function in resources_of_type(body, "AWS::Serverless::Function").values():
        for event in function["Properties"].get("Events", {}).values():
            scaling = event["Properties"].get("ScalingConfig", {})
            if isinstance(scaling.get("MaximumConcurrency"), int):
                scaling["MaximumConcurrency"] = min(scaling["MaximumConcurrency"], most)


def _wait(formation: Client, total: int, progress: Progress) -> dict[str, Any]:
    deadline = time.monotonic() + _WITHIN_SECONDS
    while True:
        description: dict[str, Any] = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        status = description["StackStatus"]
        events = list(_events(formation, STACK))
        created = {e["LogicalResourceId"] for e in events if _is(e, "CREATE_COMPLETE")}
        progress(min(len(created), total), total)
        if status == "CREATE_COMPLETE":
            progress(total, total)
            return description
        if status != "CREATE_IN_PROGRESS" or time.monotonic() > deadline:
            events += [e for part in _parts(formation) for e in _events(formation, part)]
            reasons = [f"  {e['LogicalResourceId']}: {_reason(e)}" for e in events if _failed(e)]
            raise DeploymentError("\n".join([f"stack {STACK} is {status}:", *reversed(reasons)]))
        time.sleep(_ASK_EVERY_SECONDS)


def _events(formation: Client, stack: str) -> Iterator[dict[str, Any]]:
    for page in formation.get_paginator("describe_stack_events").paginate(StackName=stack):
        yield from page["StackEvents"]


def _parts(formation: Client) -> list[str]:
    """Return the nested stacks of the stack, whose resources fail in events of their own."""
    pages = formation.get_paginator("describe_stacks").paginate()
    stacks = [each for page in pages for each in page["Stacks"]]
    return [each["StackId"] for each in stacks if each["StackName"].startswith(f"{STACK}-")]


def _is(event: Mapping[str, Any], status: str) -> bool:
    return bool(event["ResourceStatus"] == status)


def _failed(event: Mapping[str, Any]) -> bool:
    return str(event["ResourceStatus"]).endswith("_FAILED")


def _reason(event: Mapping[str, Any]) -> str:
    return str(event.get("ResourceStatusReason", "no reason given"))
