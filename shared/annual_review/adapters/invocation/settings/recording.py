"""Settings of the function that records decisions."""

from __future__ import annotations

from annual_review.adapters.invocation.settings.base import Name, Settings


class RecordDecisionsSettings(Settings):
    """Settings of record_decisions."""

    table_name: Name
    bucket_name: Name
    dead_letter_queue_url: Name
