"""Settings of the function that publishes a year."""

from __future__ import annotations

from annual_review.adapters.invocation.settings.base import Name, Settings


class PublishYearSettings(Settings):
    """Settings of publish_year."""

    table_name: Name
    bucket_name: Name
