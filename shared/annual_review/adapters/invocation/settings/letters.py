"""Settings of the function that prepares letters."""

from __future__ import annotations

from annual_review.adapters.invocation.settings.base import Name, Settings


class PrepareLetterSettings(Settings):
    """Settings of prepare_letter."""

    table_name: Name
    bucket_name: Name
    mail_from: Name
    sample_notice: bool
    approval_required: bool
    dead_letter_queue_url: Name
