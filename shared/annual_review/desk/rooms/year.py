"""The room *Year*: the phase, what to do next, counts, and what is stuck; it renews itself."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.advice import where_to
from annual_review.desk.pages import desk_of, page, year_of
from annual_review.domain.year_phases import MEANING, YearPhase
from annual_review.wiring.year_reader import YearReader


def show(request: Request) -> Response:
    """Show the room at once; what takes a while to read comes after it."""
    return page(request, "year.html.j2")


def standing(request: Request) -> Response:
    """Show how the year stands now."""
    desk, year = desk_of(request), year_of(request)
    status = YearReader(desk.system, year).status(desk.clock())
    steps = [
        (step.say, [where_to(desk, command) for command in step.commands]) for step in status.steps
    ]
    values = {
        "status": status,
        "snapshot": status.snapshot,
        "steps": steps,
        "phases": [*YearPhase],
        "meaning": MEANING[status.phase],
    }
    return page(request, "year_standing.html.j2", values)


ROUTES: Final = (
    Route("/{year:int}/", show),
    Route("/{year:int}/standing", standing),
)
