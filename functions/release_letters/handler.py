"""Release the letters of a year, if SES would take them: queue what may go, report the rest."""

import os
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.queues import SqsLetterQueue
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.schedules import year_asked_for
from annual_review.adapters.invocation.settings.dispatch import ReleaseLettersSettings
from annual_review.adapters.mail.release_when_ready import release_when_ready
from annual_review.rendering.editions.edition_dates import edition_dates
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS as EDITIONS
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.readiness.release_when_ready import ReleaseWhenReady
from annual_review.services.wording import LONDON

observer = Observer("release_letters")


@at_start
def service() -> ReleaseWhenReady:
    """Wire the service, once per process."""
    settings = ReleaseLettersSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    letters = ReleaseLetters(
        letters=DynamoDBLetterStore(table),
        closes=DynamoDBCloseStore(table),
        directory=DynamoDBDirectory(table),
        send=SqsLetterQueue(aws_clients.sqs(), settings.send_queue_url),
        stops=SendingStops(DynamoDBSendingStore(table)),
        issue_date=lambda year: edition_dates(EDITIONS, year).letter_date,
        approval_required=settings.approval_required,
    )
    return release_when_ready(letters, settings, observer)


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Release the year that is asked for; one that can't be released yet raises the alarm."""
    with observer.invocation(context):
        year = year_asked_for(event)
        report = service().release(year, datetime.now(LONDON))
        for each in report.left:
            tag, state = each.letter.tag, each.state.value
            observer.warn("letter_not_released", letter=tag, state=state, why=each.why)
        left = Counter(each.state.value for each in report.left)
        done = {"year": year.ends, "released": len(report.done), "left": dict(left)}
        observer.note("letters_released", **done)
        observer.count({"letters_released": len(report.done)})
        return done
