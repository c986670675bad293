"""The room *Checks*: recipients, tallies and readiness, each checked when somebody asks."""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

ROUTES: Final[tuple[Route, ...]] = ()
