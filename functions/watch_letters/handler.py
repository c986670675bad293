"""Watch the letters of the last years: take up what was left undone, tell of those that stuck."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.queues import SqsLetterQueue
from annual_review.adapters.dynamodb.letter_table import DynamoDBLetterStore
from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.schedules import LONDON, year_asked_for
from annual_review.adapters.invocation.settings import WatchLettersSettings
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS as EDITIONS
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.year_end.watch_letters import WatchLetters

observer = Observer("watch_letters")


@cache
def service() -> WatchLetters:
    """Wire the service, once per process."""
    settings = WatchLettersSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    documents = S3Documents(aws_clients.s3(), settings.bucket_name)
    queue = SqsLetterQueue(aws_clients.sqs(), settings.prepare_queue_url)
    return WatchLetters(
        year_phases(table, documents),
        PlanLetters(documents, DynamoDBLetterStore(table), queue),
        SendingStops(DynamoDBSendingStore(table)),
        lambda year: load_edition(EDITIONS, year).letter_date,
    )


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Watch the last years; a letter that got stuck raises its alarm through what is counted."""
    with observer.invocation(context):
        done: dict[str, Any] = {}
        for watch in service().watch(year_asked_for(event), datetime.now(LONDON)):
            for each in watch.stuck:
                observer.warn("letter_stuck", letter=each.tag, state=each.state, since=each.since)
            for letter in watch.unknown:
                observer.warn("letter_unknown", letter=letter.id.tag, since=str(letter.since))
            for letter_id in watch.taken_up:
                observer.warn("letter_asked_for_again", letter=letter_id.tag)
            if watch.stop:
                observer.warn("sending_stopped", letter=watch.stop.letter, why=watch.stop.why)
            counts = {"letters_stuck": len(watch.stuck), "letters_unknown": len(watch.unknown)}
            observer.count({**counts, "sending_stopped": int(watch.stop is not None)})
            done[str(watch.year)] = {"phase": watch.phase.value, **counts}
            observer.note("year_watched", year=watch.year.ends, phase=watch.phase.value, **counts)
        return done
