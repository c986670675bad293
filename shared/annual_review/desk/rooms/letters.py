"""The room *Letters*: every letter of the year, to be read, approved and held."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.forms import fields, reason_in
from annual_review.desk.pages import desk_of, page, propose, room_path, year_of
from annual_review.desk.proposals.hold import Hold, Unhold
from annual_review.domain.authorities import AuthorityCode
from annual_review.services.letters.letter import current_letters


def show(request: Request) -> Response:
    """Show the letters of the year."""
    desk, year = desk_of(request), year_of(request)
    letters = current_letters(desk.system.letters.of_year(year)).values()
    return page(request, "letters.html.j2", {"letters": [*letters]})


def hold(request: Request) -> Response:
    """Propose to hold letters."""
    desk, year = desk_of(request), year_of(request)
    proposal = Hold(desk, year, _chosen(request), reason_in(request), room_path(year, "letters"))
    return propose(request, proposal)


def unhold(request: Request) -> Response:
    """Propose to end the hold of letters."""
    desk, year = desk_of(request), year_of(request)
    return propose(request, Unhold(desk, year, _chosen(request), room_path(year, "letters")))


def _chosen(request: Request) -> list[AuthorityCode]:
    return [AuthorityCode(code) for code in fields(request, "authority")]


ROUTES: Final = (
    Route("/{year:int}/letters", show, methods=["GET"]),
    Route("/{year:int}/letters/hold", hold, methods=["POST"]),
    Route("/{year:int}/letters/unhold", unhold, methods=["POST"]),
)
