"""Values as the pages print them; what they mean is said by the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from annual_review.adapters.invocation.schedules import LONDON


def moment(at: datetime) -> str:
    """Return a time as it is printed: "22 July 2020, 09:02" (London)."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def day(value: date) -> str:
    """Return a day as it is printed: "22 July 2020"."""
    return f"{value.day} {value:%B %Y}"


def number(value: int) -> str:
    """Return a whole number with its thousands apart: "17,023"."""
    return f"{value:,}"


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "moment": moment,
    "day": day,
    "number": number,
}
"""The filters of the templates, by name."""
