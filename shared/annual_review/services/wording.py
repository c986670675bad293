"""Times and numbers as people read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
"""Where the days of this system begin and end, and whose clocks it tells."""

HASH_SHOWN: Final = 12
"""How many characters of a hash are enough to tell it from others, and to type."""


def day_of(day: date) -> str:
    """Return a day as it is printed: "22 July 2020"."""
    return f"{day.day} {day:%B %Y}"


def moment_of(at: datetime) -> str:
    """Return a time as it is printed: "22 July 2020, 09:02" (London)."""
    local = at.astimezone(LONDON)
    return f"{day_of(local)}, {local:%H:%M}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its word: "1 letter", "1,040 letters". `many` is `one` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
