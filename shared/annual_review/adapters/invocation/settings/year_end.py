"""Settings of the functions that close a year and watch it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from annual_review.adapters.invocation.settings.base import Name, Settings

_Days = Annotated[int, Field(ge=0)]
_EveryYear = Annotated[str, StringConstraints(pattern=r"^cron\(\d+ \d+ \d+ \d+ \? \*\)$")]


class CloseYearSettings(Settings):
    """Settings of close_year."""

    table_name: Name
    bucket_name: Name
    decisions_queue_url: Name
    decisions_dead_letter_queue_url: Name
    prepare_queue_url: Name
    lock_days: _Days

    @property
    def decisions_queues(self) -> tuple[str, str]:
        """The queue of decisions, and that of its dead letters."""
        return self.decisions_queue_url, self.decisions_dead_letter_queue_url


class WatchLettersSettings(Settings):
    """Settings of watch_letters.

    `event_sources` names the event source of each function that works on a queue: `name=id,…`.
    """

    table_name: Name
    bucket_name: Name
    prepare_queue_url: Name
    year_end_time: _EveryYear
    event_sources: Name
