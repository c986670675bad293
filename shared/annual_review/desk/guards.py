"""What every request has to pass before the desk answers it, and what every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from annual_review.desk.local_users import is_of_this_user
from annual_review.desk.session import Session

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENTRANCE: Final = "/enter"
HOST: Final = "127.0.0.1"

POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "font-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Of every page: its own files, nothing inline, and nobody's frame."""

LETTER_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""Of a letter that stands in a page as it is sent: without scripts, and of no origin."""

AS_A_PART: Final = {"hx-reswap": "innerHTML", "hx-reselect": ".problem"}
"""Of a problem that comes where a part of a page was asked for: the part holds it, and asks again.

Without it, what htmx looks for in the answer is not there, and the part would be gone.
"""

_SAFE: Final = frozenset({"GET", "HEAD"})
_HEADERS: Final = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # With `no-referrer`, browsers send forms of our own pages with the origin `null`.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
}


_FORBIDDEN: Final = 403
_LONGEST_PATH: Final = 1_000
"""Names of rooms and codes are short; what is longer was made up."""


def protect(headers: MutableHeaders) -> None:
    """Set what every answer carries, where an answer has not set its own."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("content-security-policy", POLICY)


def is_for_a_part(headers: Headers) -> bool:
    """Whether htmx asks for a part of a page."""
    return headers.get("hx-request") == "true"


def _refused(scope: Scope, refusal: str) -> Response:
    if is_for_a_part(Headers(scope=scope)):
        words = f'<p class="problem">{refusal}</p>'
        return HTMLResponse(words, status_code=_FORBIDDEN, headers=AS_A_PART)
    return PlainTextResponse(f"{refusal}\n", status_code=_FORBIDDEN)


class Guarded:
    """Answers nobody but the browser that opened the first address, on pages of this very desk.

    A name that somebody has pointed at this machine (DNS rebinding) is a wrong host; a page of
    another site is a wrong origin, and its browser sends no strict cookie along. Other servers of
    this machine are sent the cookie, since browsers keep cookies by host and not by port, and the
    list of processes shows the first address: where the machine tells whose a connection is, nobody
    but this user is answered.
    """

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self._app = app
        self._session = session
        self._host = f"{HOST}:{session.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a line that says what to do."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refusal = self._refusal(HTTPConnection(scope), scope["method"])
        app = self._app if refusal is None else _refused(scope, refusal)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message))
            await send(message)

        await app(scope, receive, send_with_headers)

    def _refusal(self, request: HTTPConnection, method: str) -> str | None:
        return self._wrong_address(request) or self._wrong_person(request, method)

    def _wrong_address(self, request: HTTPConnection) -> str | None:
        if request.headers.get("host") != self._host:
            return f"The desk is only at http://{self._host}. Use the address that it printed."
        if len(request.scope["path"]) > _LONGEST_PATH:
            return "The address is too long. Nothing was done."
        return None

    def _wrong_person(self, request: HTTPConnection, method: str) -> str | None:
        if not is_of_this_user(request.scope.get("client"), self._session.port):
            return "Somebody else on this machine has started this desk. Start one of your own."
        if not self._is_from_here(request.headers, method):
            return "This request came from another site. Nothing was done."
        if request.scope["path"] == ENTRANCE:
            return None
        if not self._session.is_open_to(request.cookies.get(self._session.cookie_name, "")):
            return (
                "This browser did not open the desk, or the desk was started again since. Use the"
                " address that it showed in the terminal; it opens one browser, once. For another"
                " browser, start another desk."
            )
        return None

    def _is_from_here(self, headers: Headers, method: str) -> bool:
        # A browser says `none` where a person typed the address.
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return False
        origin = headers.get("origin")
        if method in _SAFE:
            return origin in {None, f"http://{self._host}"}
        return origin == f"http://{self._host}"
