"""Close a year: reconcile it, freeze its figures, plan a letter for every authority."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import Lock, S3Documents
from annual_review.adapters.aws.queues import SqsArrivals, SqsLetterQueue
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.volume_table import DynamoDBVolumeStore
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.queue_batches import lasting
from annual_review.adapters.invocation.schedules import closing_asked_for
from annual_review.adapters.invocation.settings.year_end import CloseYearSettings
from annual_review.rendering.editions.edition_dates import edition_dates
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS as EDITIONS
from annual_review.services.wording import LONDON
from annual_review.services.year_end.close_year import CloseYear

observer = Observer("close_year")


@at_start
def service() -> CloseYear:
    """Wire the service, once per process."""
    settings = CloseYearSettings.from_environment(os.environ)
    table, sqs = Table(aws_clients.dynamodb(), settings.table_name), aws_clients.sqs()
    lock = Lock(settings.lock_days, lambda: datetime.now(LONDON))
    documents = S3Documents(aws_clients.s3(), settings.bucket_name, lock)
    return CloseYear(
        cases=DynamoDBCaseStore(table),
        directory=DynamoDBDirectory(table),
        arrivals=SqsArrivals(sqs, *settings.decisions_queues),
        documents=documents,
        closes=DynamoDBCloseStore(table),
        letters=DynamoDBLetterStore(table),
        prepare=SqsLetterQueue(sqs, settings.prepare_queue_url),
        issue_date=lambda year: edition_dates(EDITIONS, year).letter_date,
        phases=year_phases(table, documents),
        volumes=DynamoDBVolumeStore(table),
    )


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Close the year that is asked for; a year that can't be closed yet raises the alarm."""
    with observer.invocation(context):
        patience = lasting(context, reserve=300)  # to freeze and plan
        (year, is_dry_run), at = closing_asked_for(event), datetime.now(LONDON)
        if is_dry_run:
            return service().try_out(year, at, patience).summary
        done = service().close(year, at, patience).summary
        observer.note("year_closed", **done)
        return done
