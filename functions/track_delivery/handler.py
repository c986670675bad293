"""Track delivery: what the mail service says became of each letter, in whatever order."""

import os
from collections.abc import Mapping
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.dynamodb.letter_table import DynamoDBLetterStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.queue_batches import MessageByMessage
from annual_review.adapters.invocation.settings.dispatch import TrackDeliverySettings
from annual_review.adapters.mail.ses_events import read_mail_event
from annual_review.services.dispatch.track_delivery import TrackDelivery, Tracking
from annual_review.services.recording.messages import Message

observer = Observer("track_delivery")


@at_start
def wiring() -> tuple[TrackDelivery, MessageByMessage]:
    """Wire the service and its batches, once per process."""
    settings = TrackDeliverySettings.from_environment(os.environ)
    service = TrackDelivery(DynamoDBLetterStore(Table(aws_clients.dynamodb(), settings.table_name)))
    dead_letters = SqsDeadLetters(aws_clients.sqs(), settings.dead_letter_queue_url)
    return service, MessageByMessage(observer, dead_letters, needs=10)


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Track the mail events of one batch."""
    with observer.invocation(context):
        service, batch = wiring()

        def track(message: Message) -> bool:
            notification = read_mail_event(message.body)
            done = service.track(notification)
            event = notification.event.name.lower()
            observer.note(event, f"mail_{event}", letter=notification.letter.tag, done=done.value)
            if done in {Tracking.BOUNCED, Tracking.COMPLAINED, Tracking.REJECTED}:
                observer.count({f"letters_{done.value}": 1})
            return True

        return batch.work(event, context, track)
