"""The page of an act: what it would do, how far it has come, and what became of it."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.acts import ActState, ProposedAct
from annual_review.desk.advice import where_to
from annual_review.desk.pages import desk_of, page, see

_GONE: Final = 404
_SECONDS_FOR_A_QUICK_ONE: Final = 0.5
"""Most acts are done within it: their page then shows the outcome at once."""


def show(request: Request) -> Response:
    """Show an act; may be reloaded at any time."""
    act = _act(request)
    return page(
        request,
        "act.html.j2",
        {"act": act, "ActState": ActState, "advice": where_to(desk_of(request), act.command)},
    )


def confirm(request: Request) -> Response:
    """Carry an act out; a second press of the button finds it under way, or done."""
    act = _act(request)
    act.confirm()
    act.wait(_SECONDS_FOR_A_QUICK_ONE)
    return see(f"/acts/{act.id}")


def _act(request: Request) -> ProposedAct:
    act = desk_of(request).acts.get(request.path_params["id"])
    if act is None:
        raise HTTPException(_GONE)
    return act


ROUTES: Final = (
    Route("/acts/{id}", show, methods=["GET"]),
    Route("/acts/{id}", confirm, methods=["POST"]),
)
