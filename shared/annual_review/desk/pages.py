"""How the pages of the desk are filled: the frame of a room, and the parts that are made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from annual_review.desk.desk import Desk
from annual_review.desk.words import FILTERS
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.page_templates import SHARED, templates_in

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request

    from annual_review.desk.acts import Proposal
    from annual_review.desk.session import Session

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
FONTS: Final = _HERE.parent / "rendering" / "site" / "static"
"""The typeface is that of the public pages."""

SEE_OTHER: Final = 303
SEEN: Final = "seen"
"""In the address of a part that renews itself: what its page shows already."""
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the navigation has it: its path below the year, and the key that opens it."""

    name: str
    path: str
    key: str
    is_of_rehearsals: bool = False


ROOMS: Final = (
    Room("Year", "", "1", is_of_rehearsals=True),
    Room("Figures", "figures", "2", is_of_rehearsals=True),
    Room("Letters", "letters", "3", is_of_rehearsals=True),
    Room("Paragraphs", "paragraphs", "4", is_of_rehearsals=True),
    Room("Dispatch", "dispatch", "5"),
    Room("Challenges", "challenges", "6"),
    Room("Publication", "publication", "7"),
    Room("Dead letters", "dead-letters", "8"),
    Room("Checks", "checks", "9"),
    Room("Journal", "journal", "0"),
)


@cache
def _templates() -> Environment:
    environment = templates_in(_HERE / "templates", SHARED)
    environment.filters.update(FILTERS)
    return environment


def desk_of(request: Request) -> Desk:
    """Return the desk that answers a request."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101 (the application puts nothing else there)
    return desk


def year_of(request: Request) -> ReportingYear:
    """Return the year in the address of a room.

    Raises:
        HTTPException: There is no such year.
    """
    try:
        return ReportingYear(int(request.path_params["year"]))
    except ValueError:
        raise HTTPException(_NOT_FOUND) from None


def room_path(year: ReportingYear, path: str = "") -> str:
    """Return the address of a room, or of something in it."""
    return f"/{year}/{path}"


def page(
    request: Request, template: str, values: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """Fill the template of a page, or of a part that htmx asks for."""
    desk, session = desk_of(request), request.app.state.session
    try:
        year = year_of(request) if "year" in request.path_params else desk.year
    except HTTPException:
        year = desk.year
    shown = [room for room in ROOMS if desk.deployed or room.is_of_rehearsals]
    filled = (
        _templates()
        .get_template(template)
        .render(
            {
                "desk": desk,
                "year": year,
                "rooms": shown,
                "here": request.url.path,
                "room_path": lambda path="": room_path(year, path),
                "form_token": _form_token(session),
                **(values or {}),
            }
        )
    )
    return HTMLResponse(filled, status_code=status)


def propose(request: Request, proposal: Proposal) -> Response:
    """Keep what a person wants to do, and lead to its page: nothing is done yet."""
    act = desk_of(request).acts.propose(proposal)
    return see(f"/acts/{act.id}")


def see(address: str) -> Response:
    """Lead to another page, which may be reloaded as often as one likes."""
    return RedirectResponse(address, status_code=SEE_OTHER)


def _form_token(session: Session) -> str:
    return session.form_token
