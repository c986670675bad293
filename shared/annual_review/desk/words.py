"""Values as the pages print them, in the words of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from annual_review.services.wording import day_of, moment_of


def number(value: int) -> str:
    """Return a whole number with its thousands apart: "17,023"."""
    return f"{value:,}"


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "moment": moment_of,
    "day": day_of,
    "number": number,
}
"""The filters of the templates, by name."""
