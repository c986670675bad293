"""The desk as a web application: its rooms, its acts, and what it says where something is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from annual_review.desk.forms import Forms
from annual_review.desk.guards import ENTRANCE, Guarded
from annual_review.desk.pages import FONTS, SEE_OTHER, STATIC, desk_of, room_path
from annual_review.desk.problems import HANDLERS
from annual_review.desk.rooms import (
    acts,
    authority,
    challenges,
    checks,
    dead_letters,
    dispatch,
    figures,
    journal,
    letters,
    paragraphs,
    publication,
    year,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.page_templates import SHARED

if TYPE_CHECKING:
    from annual_review.desk.desk import Desk
    from annual_review.desk.session import Session

_ROOMS: Final = (
    year,
    figures,
    authority,
    letters,
    paragraphs,
    dispatch,
    challenges,
    publication,
    dead_letters,
    checks,
    journal,
    acts,
)
_YEAR: Final = re.compile(r"[12]\d{3}", re.ASCII)
_NOT_FOUND: Final = 404


def desk_application(desk: Desk, session: Session) -> Starlette:
    """Return the application of one desk, open to whoever enters with the token of the session."""
    application = Starlette(
        routes=[
            Route("/", _home),
            Route(ENTRANCE, _enter),
            *(route for room in _ROOMS for route in room.ROUTES),
            Route("/years", _year),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/fonts/{name}.woff2", _font),
            Route("/styles/{name}.css", _style),
        ],
        middleware=[Middleware(Guarded, session=session), Middleware(Forms, session=session)],
        exception_handlers=HANDLERS,
    )
    application.state.desk = desk
    application.state.session = session
    return application


async def _enter(request: Request) -> Response:
    session: Session = request.app.state.session
    cookie = session.enter(request.query_params.get("token", ""))
    if cookie is None:
        return PlainTextResponse(
            "This address was already used: it opens one browser, once. Start another desk.\n", 403
        )
    response = RedirectResponse("/", status_code=SEE_OTHER)
    response.set_cookie(session.cookie_name, cookie, httponly=True, samesite="strict", path="/")
    return response


async def _home(request: Request) -> Response:
    return RedirectResponse(room_path(desk_of(request).year), status_code=SEE_OTHER)


async def _year(request: Request) -> Response:
    year = request.query_params.get("year", "")
    if not _YEAR.fullmatch(year):
        raise HTTPException(_NOT_FOUND)
    return RedirectResponse(room_path(ReportingYear(int(year))), status_code=SEE_OTHER)


async def _font(request: Request) -> Response:
    return _one_of(FONTS, request, "woff2", "font/woff2")


async def _style(request: Request) -> Response:
    return _one_of(SHARED, request, "css", "text/css")


def _one_of(folder: Path, request: Request, kind: str, media_type: str) -> Response:
    files = {file.stem: file for file in folder.glob(f"*.{kind}")}
    if (name := request.path_params["name"]) not in files:
        raise HTTPException(_NOT_FOUND)
    return FileResponse(files[name], media_type=media_type)
