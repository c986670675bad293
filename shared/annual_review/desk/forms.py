"""Forms: only those of our own pages are read, and they are read before a room sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from annual_review.services.errors import RefusalError

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from annual_review.desk.session import Session

TOKEN: Final = "form_token"  # noqa: S105 (the name of the field)
"""The hidden field of every form."""

_FORM: Final = "form"
_MOST_FIELDS: Final = 5_000
_MOST_BYTES: Final = 2_000_000
_MOST_DIGITS: Final = 9
_TOO_LARGE: Final = 413
_WRONG_KIND: Final = 415
_OUR_KIND: Final = "application/x-www-form-urlencoded"


class Forms:
    """Reads the form of a request that brings one, and refuses a form without our token."""

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self._app = app
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its form among its state."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            form = await _read(scope, receive)
        except HTTPException as error:
            refusal = "This form can't be read, or is too large. Nothing was done."
            await PlainTextResponse(f"{refusal}\n", error.status_code)(scope, receive, send)
            return
        if not self._session.wrote(str(form.get(TOKEN, ""))):
            refusal = "This form is not from this desk, or is out of date. Reload the page."
            await PlainTextResponse(f"{refusal}\n", status_code=403)(scope, receive, send)
            return
        scope.setdefault("state", {})[_FORM] = form
        await self._app(scope, receive, send)


async def _read(scope: Scope, receive: Receive) -> FormData:
    """Read a form of the only kind that pages of the desk send.

    Raises:
        HTTPException: It is no form, or larger than any of ours.
    """
    kind, *_ = Headers(scope=scope).get("content-type", "").split(";")
    if kind.strip() != _OUR_KIND:
        raise HTTPException(_WRONG_KIND)
    size = 0

    async def receive_so_much() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > _MOST_BYTES:
            raise HTTPException(_TOO_LARGE)
        return message

    return await Request(scope, receive_so_much).form(max_fields=_MOST_FIELDS)


def form_of(request: Request) -> FormData:
    """Return the form that a request brought."""
    form: FormData = getattr(request.state, _FORM)
    return form


def field(request: Request, name: str) -> str:
    """Return a field of the form without the space around it; empty if it is not there."""
    value = form_of(request).get(name, "")
    return value.strip() if isinstance(value, str) else ""


def fields(request: Request, name: str) -> Sequence[str]:
    """Return every value of a field of the form."""
    return [value for value in form_of(request).getlist(name) if isinstance(value, str)]


def whole(text: str) -> int | None:
    """Return the whole number that an address or a form gives; `None` where it gives none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None


class NoReasonError(RefusalError):
    """An act wants a reason, and none was given."""


def reason_in(request: Request) -> str:
    """Return the reason that a form gives.

    Raises:
        NoReasonError: It gives none.
    """
    reason = field(request, "reason")
    if not reason.strip(" .…"):
        raise NoReasonError("Give a reason: it is kept in the history. Nothing was done.")
    return reason
