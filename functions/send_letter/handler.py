"""Send letters: claim each, make one attempt, and record what is known of the outcome."""

import os
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.letter_requests import read_letter_request
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.dynamodb.letter_table import DynamoDBLetterStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.queue_batches import MessageByMessage
from annual_review.adapters.invocation.settings.dispatch import SendLetterSettings
from annual_review.adapters.mail.outgoing_mail import TIME_TO_SEND, outgoing_mail
from annual_review.services.dispatch.send_letter import Sending, SendLetter
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.recording.messages import Message
from annual_review.services.wording import LONDON

observer = Observer("send_letter")


@at_start
def wiring() -> tuple[SendLetter, MessageByMessage]:
    """Wire the service and its batches, once per process."""
    settings = SendLetterSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    service = SendLetter(
        DynamoDBLetterStore(table),
        S3Documents(aws_clients.s3(), settings.bucket_name),
        outgoing_mail(settings, observer, time.monotonic),
        SendingStops(DynamoDBSendingStore(table)),
        approval_required=settings.approval_required,
        mode=settings.mail_mode,
    )
    dead = SqsDeadLetters(aws_clients.sqs(), settings.dead_letter_queue_url)
    return service, MessageByMessage(observer, dead, needs=TIME_TO_SEND)


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Send the letters of one batch, each at its own time."""
    with observer.invocation(context):
        service, batch = wiring()

        def send(message: Message) -> bool:
            letter = read_letter_request(message.body)
            done = service.send(letter, datetime.now(LONDON))
            counted = "letters_failed" if done is Sending.REFUSED else f"letters_{done.value}"
            observer.note("sending", counted, letter=letter.tag, done=done.value)
            return done not in {Sending.IN_FLIGHT, Sending.BUSY}

        return batch.work(event, context, send)
