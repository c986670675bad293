"""The time that a function reads, set by a test."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, Final, Self

import pytest

from annual_review.services.figures.watch_tallies import COUNTED_AT
from annual_review.services.wording import LONDON

AT_NIGHT: Final = datetime(2020, 1, 15, COUNTED_AT, 30, tzinfo=LONDON)
"""When the tallies of the tests' year are counted again."""


def set_clock(patch: pytest.MonkeyPatch, handler: Any, now: datetime) -> None:  # noqa: ANN401 (a module)
    """Let a function take a moment for the present."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(now.timestamp(), tz)

    patch.setattr(handler, "datetime", Clock, raising=False)
