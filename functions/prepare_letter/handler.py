"""Prepare letters: render each from its frozen record, and keep what would be sent."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.letter_requests import read_letter_request
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.queue_batches import MessageByMessage
from annual_review.adapters.invocation.settings.letters import PrepareLetterSettings
from annual_review.rendering.loaded_editions import LoadedEditions, shipped_edition
from annual_review.services.letters.prepare_letter import PrepareLetter
from annual_review.services.recording.messages import Message
from annual_review.services.wording import LONDON

observer = Observer("prepare_letter")


@at_start
def wiring() -> tuple[PrepareLetter, MessageByMessage]:
    """Wire the service and its batches, once per process; a renderer is slow to make."""
    settings = PrepareLetterSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    service = PrepareLetter(
        letters=DynamoDBLetterStore(table),
        closes=DynamoDBCloseStore(table),
        documents=S3Documents(aws_clients.s3(), settings.bucket_name),
        directory=DynamoDBDirectory(table),
        paragraphs=DynamoDBParagraphStore(table),
        editions=LoadedEditions(shipped_edition, settings.mail_from),
        approval_required=settings.approval_required,
        is_sample=settings.sample_notice,
    )
    dead_letters = SqsDeadLetters(aws_clients.sqs(), settings.dead_letter_queue_url)
    return service, MessageByMessage(observer, dead_letters, needs=10)


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Prepare the letters of one batch."""
    with observer.invocation(context):
        service, batch = wiring()

        def prepare(message: Message) -> bool:
            letter = read_letter_request(message.body)
            done = service.prepare(letter, datetime.now(LONDON)).value
            observer.note("preparation", f"letters_{done}", letter=letter.tag, done=done)
            return True

        return batch.work(event, context, prepare)
