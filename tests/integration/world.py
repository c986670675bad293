"""AWS in memory, laid out as the template lays it out, and what a test wants to ask of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pytest
from moto import mock_aws

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.table import Item, Table
from annual_review.adapters.dynamodb.years.volume_table import DynamoDBVolumeStore
from annual_review.adapters.memory.letters import InMemoryLetterQueue
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.cases import CaseState
from annual_review.domain.letters import Act
from annual_review.domain.recipients import Recipient
from annual_review.domain.tallies import NOTHING_COUNTED, StoredTally, TallyKey
from annual_review.services.letters.load_register import LoadRegister
from annual_review.services.letters.register.changed_entries import Entries
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.recording.messages import Message
from functions.close_year import handler as close_year
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template
from tests.builders import (
    NOON,
    ROCHFORD,
    YEAR,
    a_register,
    an_upheld_decision,
    messages,
    recipients,
)
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable
from tests.worlds import issue_date

REGION: Final = "eu-west-2"
TABLE: Final = "annual-review"
BUCKET: Final = "annual-review-documents"
CONFIGURATION_SET: Final = "annual-review-mail"
SENDER: Final = "annual.review@ombudsman.example"
TEST_MAILBOX: Final = "test.mailbox@ombudsman.example"

# Clients are made once per process, here as on Lambda: the environment is set before any is made.
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "STAGE": "test",
    "STACK_NAME": "annual-review-test",
}

QUEUES: Final = ("decisions", "decisions-dead", "prepare", "prepare-dead", "send", "send-dead")
DELIVERY: Final = "delivery"
DELIVERY_DEAD: Final = "delivery-dead"
SCHEDULES_DEAD: Final = "schedules-dead"

Content: TypeAlias = CaseState | Mapping[str, Any] | str
"""What a message may be built from."""

_TABLE_SHAPE: Final = read_template(TEMPLATE)["Resources"]["Table"]["Properties"]


class FakeContext:
    """Lambda's context of an invocation that may run for some seconds more."""

    aws_request_id = "request-1"

    def __init__(self, *seconds: float) -> None:
        """Take what is left each time it is asked for; the last answer stays."""
        self._seconds = list(seconds or (300.0,))

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left."""
        left = self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]
        return int(left * 1000)


def sqs_event(*batch: Message) -> dict[str, Any]:
    """Build the event with which SQS invokes a function."""
    return {
        "Records": [
            {"messageId": each.id, "body": each.body, "eventSource": "aws:sqs"} for each in batch
        ]
    }


def bodies(*contents: Content) -> dict[str, Any]:
    """Build such an event from states, events or texts, its messages named from 1."""
    return sqs_event(*messages(*contents))


def handed_back(response: Mapping[str, Any]) -> list[str]:
    """Return which messages a function gave back to the queue."""
    return [each["itemIdentifier"] for each in response["batchItemFailures"]]


@dataclass(frozen=True)
class DeadLetter:
    """A message of a dead-letter queue."""

    body: str
    reason: str | None


def create_table() -> None:
    """Create the table as the template has it."""
    aws_clients.dynamodb().create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        **{
            name: _TABLE_SHAPE[name]
            for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        },
    )


@dataclass
class FakeEventSources:
    """Lambda, as far as it is asked what works on the queues; each goes by its function's name."""

    states: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(
            ("record_decisions", "prepare_letter", "send_letter", "track_delivery"), "Enabled"
        )
    )

    def get_event_source_mapping(self, UUID: str) -> Mapping[str, str]:  # noqa: N803 (boto3's)
        """Return the state of one."""
        return {"State": self.states[UUID]}


@dataclass(frozen=True)
class World:
    """One deployment: beside a table a bucket, the queues, and SES with its sender verified."""

    urls: Mapping[str, str]
    event_sources: FakeEventSources = field(default_factory=FakeEventSources)

    @property
    def named_event_sources(self) -> str:
        """What the template says of them."""
        return ",".join(f"{function}={function}" for function in self.event_sources.states)

    @property
    def table(self) -> Table:
        """The table; nobody waits in a test."""
        return Table(aws_clients.dynamodb(), TABLE, pause=lambda _: None)

    @property
    def cases(self) -> DynamoDBCaseStore:
        """Cases and tallies."""
        return DynamoDBCaseStore(self.table)

    @property
    def letters(self) -> DynamoDBLetterStore:
        """Letters."""
        return DynamoDBLetterStore(self.table)

    @property
    def closes(self) -> DynamoDBCloseStore:
        """Closes."""
        return DynamoDBCloseStore(self.table)

    @property
    def volumes(self) -> DynamoDBVolumeStore:
        """Accepted volumes."""
        return DynamoDBVolumeStore(self.table)

    @property
    def directory(self) -> DynamoDBDirectory:
        """The register and its recipients."""
        return DynamoDBDirectory(self.table)

    @property
    def documents(self) -> S3Documents:
        """The bucket."""
        return S3Documents(aws_clients.s3(), BUCKET)

    def knows(self, register: Register, recipients: Mapping[AuthorityCode, Recipient]) -> None:
        """Load the register and who receives its letters, past the letters that there are."""
        LoadRegister(
            self.directory,
            self.letters,
            DynamoDBParagraphStore(self.table),
            InMemoryLetterQueue(),
            issue_date,
        ).load(Entries(register, recipients), years=(), act=Act("a test", NOON))

    def holds(self, *items: Item) -> None:
        """Put items there past every rule, as somebody does who edits the table by hand."""
        for item in items:
            self.table.client.put_item(TableName=TABLE, Item=item)

    def tally(self, authority: str = ROCHFORD) -> StoredTally:
        """Return the tally of an authority in the year that the tests are about."""
        key = TallyKey(AuthorityCode(authority), YEAR)
        return self.cases.tallies([key]).get(key, NOTHING_COUNTED)

    def take(self, queue: str) -> Sequence[Any]:
        """Take every message off a queue."""
        taken: list[Any] = []
        while found := self._receive(queue):
            for message in found:
                aws_clients.sqs().delete_message(
                    QueueUrl=self.urls[queue], ReceiptHandle=message["ReceiptHandle"]
                )
            taken += found
        return taken

    def _receive(self, queue: str) -> Sequence[Any]:
        answer = aws_clients.sqs().receive_message(
            QueueUrl=self.urls[queue], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return answer.get("Messages", [])

    def batch(self, queue: str) -> dict[str, Any]:
        """Take every message off a queue, as the event that invokes a function."""
        return {
            "Records": [
                {
                    "messageId": each["MessageId"],
                    "body": each["Body"],
                    # SQS hands functions the attributes with names that begin in lower case.
                    "messageAttributes": {
                        name: {"stringValue": value["StringValue"], "dataType": "String"}
                        for name, value in each.get("MessageAttributes", {}).items()
                    },
                }
                for each in self.take(queue)
            ]
        }

    def requests(self, queue: str) -> list[Any]:
        """Take every message off a queue and read it as JSON."""
        return [json.loads(each["Body"]) for each in self.take(queue)]

    def dead_letters(self, queue: str) -> list[DeadLetter]:
        """Take every message off a dead-letter queue, with the reason it carries."""
        return [
            DeadLetter(
                each["Body"], each.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
            )
            for each in self.take(queue)
        ]

    def kept(self) -> Iterable[str]:
        """Return the keys of all documents."""
        answer = aws_clients.s3().list_objects_v2(Bucket=BUCKET)
        return [each["Key"] for each in answer.get("Contents", [])]


def lay_out() -> World:
    """Lay out a deployment, but for its table."""
    aws_clients.s3().create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    aws_clients.sesv2().create_email_identity(EmailIdentity=SENDER)
    urls = {}
    for name in (*QUEUES, DELIVERY, DELIVERY_DEAD, SCHEDULES_DEAD):
        answer = aws_clients.sqs().create_queue(
            QueueName=name, Attributes={"MaximumMessageSize": str(2**20)}
        )
        urls[name] = answer["QueueUrl"]
    return World(urls)


def settings_of_functions(world: World) -> dict[str, str]:
    """Return the environment that the template gives the functions, all of them alike."""
    return {
        "STAGE": "test",
        "STACK_NAME": "annual-review-test",
        "TABLE_NAME": TABLE,
        "BUCKET_NAME": BUCKET,
        "DECISIONS_QUEUE_URL": world.urls["decisions"],
        "DECISIONS_DEAD_LETTER_QUEUE_URL": world.urls["decisions-dead"],
        "PREPARE_QUEUE_URL": world.urls["prepare"],
        "SEND_QUEUE_URL": world.urls["send"],
        "DEAD_LETTER_QUEUE_URL": world.urls["decisions-dead"],
        "CONFIGURATION_SET": CONFIGURATION_SET,
        "MAIL_FROM": SENDER,
        "SAMPLE_NOTICE": "true",
        "APPROVAL_REQUIRED": "false",
        "MAIL_MODE": "live",
        "DIVERT_TO": TEST_MAILBOX,
        # So many that no test waits for a letter's turn.
        "LETTERS_PER_SECOND": "1000000",
        "SENDERS_AT_ONCE": "1",
        "LOCK_DAYS": "0",
        "YEAR_END_TIME": "cron(0 6 15 4 ? *)",
        "EVENT_SOURCES": world.named_event_sources,
    }


@contextmanager
def deployed_beside_the_fake_table(patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A deployment in moto, but for its table: the fake one answers alike, in microseconds."""
    client = FakeClient(FakeTable(TABLE))
    patch.setattr(aws_clients, "dynamodb", lambda: client)
    with mock_aws():
        yield lay_out()


@contextmanager
def deployed_in_moto() -> Iterator[World]:
    """A deployment all of which is moto's."""
    with mock_aws():
        create_table()
        yield lay_out()


def a_closed_year(world: World, *codes: str) -> None:
    """Close the year of the tests with one decision for each authority."""
    world.knows(a_register(*codes), recipients(*codes))
    for number, code in enumerate(codes):
        decided = an_upheld_decision(f"19-{number}", authority=code)
        world.cases.commit(CaseChange((CaseWrite(decided, None),)))
    close_year.lambda_handler({"year": 2020}, FakeContext())
