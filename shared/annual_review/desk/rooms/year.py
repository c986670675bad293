"""The room *Year*: how the year stands, what to do next, and what is stuck; it renews itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.adapters.files.rehearsal_folder import read_letters
from annual_review.desk.advice import Advice, where_to
from annual_review.desk.desk import Desk
from annual_review.desk.pages import desk_of, page, year_of
from annual_review.domain.year_phases import YearPhase
from annual_review.services.year_end.year_snapshot import NextStep
from annual_review.views.year_status import besides, facts_of, stuck_letters_of, sum_of
from annual_review.wiring.year_reader import YearReader


def show(request: Request) -> Response:
    """Show the room at once; what takes a while to read comes after it."""
    return page(request, "year.html.j2")


def standing(request: Request) -> Response:
    """Show how the year stands now."""
    desk, year = desk_of(request), year_of(request)
    if desk.rehearsal is not None:
        return _rehearsed(request, desk.rehearsal)
    status = YearReader(desk.system, year).status(desk.clock())
    values = {
        "status": status,
        "steps": [(step.say, _advised(desk, step)) for step in status.steps],
        "besides": [(title, each.say, _advised(desk, each)) for title, each in besides(status)],
        "facts": facts_of(status),
        "phases": [*YearPhase],
        "total": sum(status.counts.values()),
        "sum": sum_of(status),
        "stuck": stuck_letters_of(status),
    }
    return page(request, "year_standing.html.j2", values)


def alarms(request: Request) -> Response:
    """Show which alarms are raised now."""
    desk = desk_of(request)
    (check,) = desk.system.doctor(desk.clock()).deployment.raised_alarms()
    return page(request, "year_alarms.html.j2", {"check": check})


def _rehearsed(request: Request, folder: Path) -> Response:
    letters = read_letters(folder)
    counts = Counter(each.letter.state.value for each in letters)
    values = {
        "folder": folder,
        "counts": sorted(counts.items()),
        "total": len(letters),
        "unreviewed": sum(each.unreviewed for each in letters),
    }
    return page(request, "year_rehearsed.html.j2", values)


def _advised(desk: Desk, step: NextStep) -> Sequence[Advice | None]:
    return [where_to(desk, command) for command in step.commands]


ROUTES: Final = (
    Route("/{year:int}/", show),
    Route("/{year:int}/standing", standing),
    Route("/{year:int}/alarms", alarms),
)
