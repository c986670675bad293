"""Publish a year: make public what a person approved, on its day and not before."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.publication_bucket import S3PublicationFiles
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.publication_table import (
    DynamoDBChallengeStore,
    DynamoDBHistoryStore,
)
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.invocation.at_start import at_start
from annual_review.adapters.invocation.observation import Invocation, Observer
from annual_review.adapters.invocation.schedules import year_asked_for
from annual_review.adapters.invocation.settings.publication import PublishYearSettings
from annual_review.domain.letters import Act
from annual_review.rendering.editions.edition_dates import edition_dates
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS as EDITIONS
from annual_review.services.at_once import in_threads
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.publish_year import SCHEDULE, PublishYear
from annual_review.services.wording import LONDON

observer = Observer("publish_year")
_AT_ONCE = 10


@at_start
def service() -> PublishYear:
    """Wire the service, once per process."""
    settings = PublishYearSettings.from_environment(os.environ)
    table = Table(aws_clients.dynamodb(), settings.table_name)
    closes, challenges = DynamoDBCloseStore(table), DynamoDBChallengeStore(table)
    return PublishYear(
        history=DynamoDBHistoryStore(table),
        files=S3PublicationFiles(aws_clients.s3(), settings.bucket_name),
        standings=YearStandings(DynamoDBPhaseStore(table), closes, challenges),
        publication_date=lambda year: edition_dates(EDITIONS, year).publication_date,
        spread=in_threads(_AT_ONCE),
    )


def lambda_handler(event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
    """Publish the year that is asked for; one that can't be published yet raises the alarm."""
    with observer.invocation(context):
        year = year_asked_for(event)
        report = service().publish(year, Act(SCHEDULE, datetime.now(LONDON)))
        manifest, awaited = report.manifest, report.awaited
        done = {"year": year.ends, "publication": manifest.name, "files": len(manifest.files)}
        done |= {"removed": report.removed, "awaited": awaited, "was_live": report.was_live}
        observer.note("year_published", **done)
        return done
