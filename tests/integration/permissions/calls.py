"""What IAM asks about a call of AWS: which action, on which resource, under which circumstances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any, Final

from infrastructure.local.condition_keys import condition_keys
from tests.integration.permissions.names import (
    SES,
    bucket_arn,
    bus_arn,
    event_source_arn,
    function_arn,
    queue_arn,
    schedule_arn,
    stack_arn,
    table_arn,
)

Parameters = Mapping[str, Any]
Circumstances = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Asked:
    """One question to IAM. The values of a key of its `circumstances` are those of the request."""

    action: str
    resource: str
    circumstances: Circumstances = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} with {self.circumstances}"


def questions(service: str, operation: str, given: Parameters) -> list[Asked]:
    """Return all that IAM asks about a call.

    Raises:
        LookupError: It isn't known here what IAM asks about such a call: say so in this module.
    """
    name = f"{service}:{operation}"
    if name not in _KNOWN:
        raise LookupError(f"say in {__name__} which permission {name} needs")
    return list(_KNOWN[name](operation, given))


# ------------------------------------------------------------------------------ the table


def _table(operation: str, given: Parameters) -> Iterator[Asked]:
    index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
    yield _of_table(operation, f"{table_arn(given['TableName'])}{index}", given)


def _batch(operation: str, given: Parameters) -> Iterator[Asked]:
    for name in given["RequestItems"]:
        yield _of_table(operation, table_arn(name), given)


def _transaction(_operation: str, given: Parameters) -> Iterator[Asked]:
    actions = {"ConditionCheck": "ConditionCheckItem", "Put": "PutItem", "Update": "UpdateItem"}
    for each in given["TransactItems"]:
        ((kind, one),) = each.items()
        yield from _table(actions[kind], one)


def _of_table(operation: str, arn: str, given: Parameters) -> Asked:
    keys = {name: tuple(values) for name, values in condition_keys(given).items()}
    return Asked(f"dynamodb:{operation}", arn, keys)


# ------------------------------------------------------------------------------ the others


def _bucket(operation: str, given: Parameters) -> Iterator[Asked]:
    document = f"{bucket_arn(given['Bucket'])}/{given['Key']}"
    yield Asked(f"s3:{operation}", document)
    if mode := given.get("ObjectLockMode"):
        yield Asked("s3:PutObjectRetention", document, {"s3:object-lock-mode": (mode,)})


def _list_bucket(_operation: str, given: Parameters) -> Iterator[Asked]:
    prefix: Circumstances = {"s3:prefix": (given["Prefix"],)} if "Prefix" in given else {}
    yield Asked("s3:ListBucket", bucket_arn(given["Bucket"]), prefix)


def _queue(operation: str, given: Parameters) -> Iterator[Asked]:
    action = operation.removesuffix("Batch")
    yield Asked(f"sqs:{action}", queue_arn(given["QueueUrl"].rsplit("/", 1)[-1]))


def _mail(_operation: str, given: Parameters) -> Iterator[Asked]:
    """SES asks for SendRawEmail, too, where SendEmail brings a whole message.

    It asks about the identity that is verified, which may be the address or its domain.
    """
    message = message_from_bytes(given["Content"]["Raw"]["Data"], policy=policy.default)
    sender = message["From"].addresses[0].addr_spec
    written = [each.addr_spec for name in ("To", "Cc") for each in _addresses(message[name])]
    to = given.get("Destination", {}).get("ToAddresses", written)
    circumstances: Circumstances = {"ses:FromAddress": (sender,), "ses:Recipients": tuple(to)}
    identities = [f"identity/{each}" for each in (sender, sender.split("@")[1])]
    for action in ("ses:SendEmail", "ses:SendRawEmail"):
        for resource in (*identities, f"configuration-set/{given['ConfigurationSetName']}"):
            yield Asked(action, f"{SES}:{resource}", circumstances)


def _addresses(header: Any) -> Iterable[Any]:  # noqa: ANN401 (a header, if there is one)
    return header.addresses if header else ()


def _account(operation: str, _given: Parameters) -> Iterator[Asked]:
    yield Asked(f"ses:{operation}", "*")


def _bus(_operation: str, given: Parameters) -> Iterator[Asked]:
    for name in dict.fromkeys(each["EventBusName"] for each in given["Entries"]):
        yield Asked("events:PutEvents", bus_arn(name))


def _function(_operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked("lambda:InvokeFunction", function_arn(given["FunctionName"]))


def _of_no_resource(operation: str, _given: Parameters) -> Iterator[Asked]:
    yield Asked(f"cloudwatch:{operation}", "*")


def _identity(operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked(f"ses:{operation}", f"{SES}:identity/{given['EmailIdentity']}")


def _configuration_set(operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked(f"ses:{operation}", f"{SES}:configuration-set/{given['ConfigurationSetName']}")


def _schedule(operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked(f"scheduler:{operation}", schedule_arn(given["Name"]))


def _topic(operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked(f"sns:{operation}", given["TopicArn"])


def _event_source(operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked(f"lambda:{operation}", event_source_arn(given["UUID"]))


def _stack(operation: str, given: Parameters) -> Iterator[Asked]:
    yield Asked(f"cloudformation:{operation}", stack_arn(given["StackName"]))


_KNOWN: Final[Mapping[str, Callable[[str, Parameters], Iterator[Asked]]]] = {
    **{f"dynamodb:{one}": _table for one in ("GetItem", "PutItem", "UpdateItem", "Query", "Scan")},
    "dynamodb:BatchGetItem": _batch,
    "dynamodb:TransactWriteItems": _transaction,
    **{f"s3:{one}": _bucket for one in ("GetObject", "PutObject", "DeleteObject")},
    "s3:ListObjectsV2": _list_bucket,
    **{
        f"sqs:{one}": _queue
        for one in (
            *("SendMessage", "SendMessageBatch", "ReceiveMessage"),
            *("DeleteMessage", "DeleteMessageBatch", "GetQueueAttributes"),
            *("ChangeMessageVisibility", "ChangeMessageVisibilityBatch"),
        )
    },
    "sesv2:SendEmail": _mail,
    "sesv2:GetAccount": _account,
    "sesv2:ListSuppressedDestinations": _account,
    "sesv2:GetEmailIdentity": _identity,
    "sesv2:GetConfigurationSet": _configuration_set,
    "sesv2:GetConfigurationSetEventDestinations": _configuration_set,
    "cloudwatch:GetMetricStatistics": _of_no_resource,
    "cloudwatch:DescribeAlarms": _of_no_resource,
    "scheduler:GetSchedule": _schedule,
    "sns:ListSubscriptionsByTopic": _topic,
    "events:PutEvents": _bus,
    "lambda:Invoke": _function,
    "lambda:GetEventSourceMapping": _event_source,
    "cloudformation:DescribeStacks": _stack,
}
