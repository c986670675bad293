"""The room *Checks*: recipients, tallies and readiness, each checked when somebody asks."""

from __future__ import annotations

import math
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.adapters.waiting import patience
from annual_review.desk.advice import where_to
from annual_review.desk.pages import desk_of, page, year_of
from annual_review.services.readiness.check import sum_of

ROUTES: Final[tuple[Route, ...]] = ()
