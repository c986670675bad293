"""What watches the tallies of a table."""

from __future__ import annotations

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.table import Table
from annual_review.services.figures.reconcile_year import ReconcileYear
from annual_review.services.figures.watch_tallies import WatchTallies


def tally_watch(table: Table) -> WatchTallies:
    """Return what watches the tallies of a table."""
    return WatchTallies(ReconcileYear(DynamoDBCaseStore(table)), DynamoDBDirectory(table))
