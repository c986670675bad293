"""Record decisions: a batch of casework events becomes cases and tallies, each exactly once."""

import os
import time
from collections.abc import Mapping
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.events import parse_event
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.queue_batches import batch_response, lasting, messages_of
from annual_review.adapters.invocation.recorded_batches import record_apart, tell
from annual_review.adapters.invocation.settings.recording import RecordDecisionsSettings
from annual_review.adapters.known_authorities import KnownAuthorities
from annual_review.services.recording.record_decisions import RecordDecisions

observer = Observer("record_decisions")


@at_start
def service() -> RecordDecisions:
    """Wire the service, once per process."""
    settings = RecordDecisionsSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    return RecordDecisions(
        cases=DynamoDBCaseStore(table),
        authorities=KnownAuthorities(DynamoDBDirectory(table), clock=time.monotonic),
        dead_letters=SqsDeadLetters(
            aws_clients.sqs(),
            settings.dead_letter_queue_url,
            overflow=lambda: S3Documents(aws_clients.s3(), settings.bucket_name),
        ),
        parse=parse_event,
    )


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Record one batch; what is not durable is handed back to the queue."""
    with observer.invocation(context):
        patience = lasting(context, reserve=aws_clients.LONGEST_TABLE_CALL)
        report = record_apart(service(), messages_of(event), patience, observer)
        tell(report, observer)
        return batch_response(report.handed_back)
