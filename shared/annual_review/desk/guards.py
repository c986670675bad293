"""What every request has to pass before the desk answers it, and what every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

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
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
"""Of a letter that stands in a page as it is sent: without scripts, and of no origin."""

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


class Guarded:
    """Answers nobody but the browser that opened the first address, on pages of this very desk.

    A name that somebody has pointed at this machine (DNS rebinding) is a wrong host; a page of
    another site is a wrong origin, and its browser sends no strict cookie along.
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
        app = self._app if refusal is None else PlainTextResponse(f"{refusal}\n", status_code=403)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", POLICY)
            await send(message)

        await app(scope, receive, send_with_headers)

    def _refusal(self, request: HTTPConnection, method: str) -> str | None:
        headers = request.headers
        if headers.get("host") != self._host:
            return f"The desk is only at http://{self._host}. Use the address that it printed."
        if not self._is_from_here(headers, method):
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
