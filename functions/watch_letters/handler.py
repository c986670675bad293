"""Watch the last years: take up what was left undone, tell of what needs a person."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.event_sources import LambdaEventSources
from annual_review.adapters.aws.queues import SqsLetterQueue
from annual_review.adapters.dynamodb.letter_table import DynamoDBLetterStore
from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.dynamodb.years.tally_watch import tally_watch
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.queue_batches import lasting
from annual_review.adapters.invocation.schedules import day_of, year_asked_for
from annual_review.adapters.invocation.settings.year_end import WatchLettersSettings
from annual_review.adapters.invocation.watch_told import tell_watch
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition_dates import dates_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS as EDITIONS
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.event_sources import EventSources
from annual_review.services.figures.watch_tallies import WatchTallies
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.wording import LONDON
from annual_review.services.year_end.overdue_days import DueDays
from annual_review.services.year_end.watch_letters import WatchLetters

observer = Observer("watch_letters")


@at_start
def wiring() -> tuple[WatchLetters, WatchTallies, EventSources]:
    """Wire what is watched, once per process."""
    settings = WatchLettersSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    documents = S3Documents(aws_clients.s3(), settings.bucket_name)
    prepare = SqsLetterQueue(aws_clients.sqs(), settings.prepare_queue_url)
    planning = PlanLetters(documents, DynamoDBLetterStore(table), prepare)
    stops, phases = SendingStops(DynamoDBSendingStore(table)), year_phases(table, documents)

    def days(year: ReportingYear) -> DueDays:
        return DueDays(day_of(settings.year_end_time, year), *dates_for(EDITIONS, year))

    sources = LambdaEventSources.named(aws_clients.event_sources(), settings.event_sources)
    return WatchLetters(phases, planning, stops, days), tally_watch(table), sources


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> Mapping[str, Any]:
    """Watch the last years; what needs a person raises its alarm through what is counted."""
    with observer.invocation(context):
        (letters, tallies, sources), at = wiring(), datetime.now(LONDON)
        years = letters.watch(year_asked_for(event), at)
        patience = lasting(context, reserve=20)
        return tell_watch(observer, years, tallies.adrift(at, patience), sources)
