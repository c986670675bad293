"""Who did something, when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Act:
    """A person's act, as histories keep it. `reason` is empty where none is asked for."""

    by: str
    at: datetime
    reason: str = ""
