"""Values as the pages print them, in the words of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from annual_review.services.wording import day_of, moment_of

FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "moment": moment_of,
    "day": day_of,
}
"""The filters of the templates, by name."""
