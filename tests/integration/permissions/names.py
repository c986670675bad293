"""The names of the resources in the tests' account, as logical ids and as ARNs."""

from __future__ import annotations

from typing import Final

from tests.integration.world import (
    BUCKET,
    CONFIGURATION_SET,
    DELIVERY_DEAD,
    REGION,
    SCHEDULES_DEAD,
    SENDER,
    TABLE,
)

ACCOUNT: Final = "123456789012"  # moto's
_HERE: Final = f"{REGION}:{ACCOUNT}"
SES: Final = f"arn:aws:ses:{_HERE}"


def table_arn(name: str = TABLE) -> str:
    return f"arn:aws:dynamodb:{_HERE}:table/{name}"


def bucket_arn(name: str = BUCKET) -> str:
    return f"arn:aws:s3:::{name}"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{_HERE}:{name}"


def bus_arn(name: str) -> str:
    return f"arn:aws:events:{_HERE}:event-bus/{name}"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{_HERE}:function:{name}"


def event_source_arn(uuid: str) -> str:
    return f"arn:aws:lambda:{_HERE}:event-source-mapping:{uuid}"


def schedule_arn(name: str) -> str:
    return f"arn:aws:scheduler:{_HERE}:schedule/default/{name}"


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{_HERE}:{name}"


def stack_arn(name: str) -> str:
    return f"arn:aws:cloudformation:{_HERE}:stack/{name}/*"


def event_source_id(function: str) -> str:
    """Return a name as long as Lambda demands."""
    return f"{function:-<36}"


PARAMETERS: Final = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": "annual-review",
    "AWS::NoValue": "",
    "MailFrom": SENDER,
    "MailIdentity": "",
    "MailMode": "live",
    "DivertTo": "",
    "Stage": "test",
    "LocalMailEndpoint": "",
    "LockDays": "0",
    "EncryptionKey": "aws",
}
NAMES: Final = {
    "Table": TABLE,
    "Bucket": BUCKET,
    "ConfigurationSet": CONFIGURATION_SET,
    "DecisionsQueue": "decisions",
    "DecisionsDeadLetterQueue": "decisions-dead",
    "PrepareQueue": "prepare",
    "PrepareDeadLetterQueue": "prepare-dead",
    "SendQueue": "send",
    "SendDeadLetterQueue": "send-dead",
    "DeliveryQueue": "delivery",
    "DeliveryDeadLetterQueue": DELIVERY_DEAD,
    "SchedulesDeadLetterQueue": SCHEDULES_DEAD,
    # An event source has the name of its function, and its own.
    "RecordDecisionsDecisions": event_source_id("record_decisions"),
    "PrepareLetterPrepare": event_source_id("prepare_letter"),
    "SendLetterSend": event_source_id("send_letter"),
    "TrackDeliveryDelivery": event_source_id("track_delivery"),
}
"""What the tests call the resources of the template that have names in an account."""

REFS: Final = {**PARAMETERS, **NAMES}
ARNS: Final = {
    **{logical: queue_arn(name) for logical, name in NAMES.items() if logical.endswith("Queue")},
    "Table": table_arn(),
    "Bucket": bucket_arn(),
    "EventBus": bus_arn("annual-review-test"),
    "CloseYear": function_arn("close-year"),
}


def arn_of(logical_id: str) -> str:
    """Return the ARN of a resource of the template; of logs and functions, one of its own."""
    return ARNS.get(logical_id, f"arn:aws:here:{_HERE}:{logical_id}")
