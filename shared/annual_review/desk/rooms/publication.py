"""The room *Publication*: what was staged, approved and made public, and what would change."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.forms import field, reason_in
from annual_review.desk.pages import desk_of, page, propose, room_path, year_of
from annual_review.desk.proposals.publication import Approve, GoBack, Publish, Stage
from annual_review.domain.publication.history import PublicationState, PublicationStep
from annual_review.domain.publication.manifest import PublicationName
from annual_review.services.publication.approve_publication import publication_named
from annual_review.wiring.advice import typed


def show(request: Request) -> Response:
    """Show what became of the publications of the year, and what can be done next."""
    desk, year = desk_of(request), year_of(request)
    system = desk.system
    history = system.history.get()
    steps = [step for step in history.steps if step.year == year]
    names = dict.fromkeys(step.publication for step in reversed(steps))
    lived = {step.publication for step in steps if step.state is PublicationState.LIVE}
    values = {
        "steps": [*reversed(steps)],
        "staged": [name for name in names if history.state_of(name) is PublicationState.STAGED],
        "approved": history.approved(year),
        "live": history.live,
        "earlier": [name for name in names if name in lived - {_name(history.live)}],
        "publication_date": system.publication_date(year),
        "address": system.stack.site_address,
        "look": lambda name: typed(f"site --publication {name} --out site", system.name),
    }
    return page(request, "publication.html.j2", values)


def stage(request: Request) -> Response:
    """Propose to stage the publication of the year as it would be now."""
    desk, year = desk_of(request), year_of(request)
    return propose(request, Stage(desk, year, _room(request)))


def approve(request: Request) -> Response:
    """Propose to approve what is staged."""
    desk, year = desk_of(request), year_of(request)
    name = publication_named(desk.system.history.get(), field(request, "publication"))
    return propose(request, Approve(desk, year, name, field(request, "reason"), _room(request)))


def publish(request: Request) -> Response:
    """Propose to make public what is approved."""
    desk, year = desk_of(request), year_of(request)
    return propose(request, Publish(desk, year, field(request, "reason"), _room(request)))


def go_back(request: Request) -> Response:
    """Propose to make public again what was public before."""
    desk = desk_of(request)
    name = publication_named(desk.system.history.get(), field(request, "publication"))
    return propose(request, GoBack(desk, name, reason_in(request), _room(request)))


def _name(step: PublicationStep | None) -> PublicationName | None:
    return step.publication if step else None


def _room(request: Request) -> str:
    return room_path(year_of(request), "publication")


ROUTES: Final = (
    Route("/{year:int}/publication", show, methods=["GET"]),
    Route("/{year:int}/publication/stage", stage, methods=["POST"]),
    Route("/{year:int}/publication/approve", approve, methods=["POST"]),
    Route("/{year:int}/publication/publish", publish, methods=["POST"]),
    Route("/{year:int}/publication/back", go_back, methods=["POST"]),
)
