"""Who may use the desk: the browser in which its first address was opened."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

_BYTES: Final = 32


@dataclass(slots=True)
class Session:
    """The secrets of one desk, made when it starts and gone when it ends.

    The token stands in the address that the terminal shows, so it is good for one use: what a
    history or a shared screen gives away opens nothing. The cookie is all that counts afterwards.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES), repr=False)
    _cookie: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES), repr=False)
    _is_used: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    def enter(self, token: str) -> str | None:
        """Return the value of the cookie for whoever brings the token first; `None` for others."""
        with self._lock:
            if self._is_used or not _same(token, self.token):
                return None
            self._is_used = True
            return self._cookie

    def is_open_to(self, cookie: str) -> bool:
        """Whether a cookie is that of this desk."""
        return _same(cookie, self._cookie)

    @property
    def cookie_name(self) -> str:
        """The name of the cookie: browsers tell servers of one machine apart by nothing else."""
        return f"annual-review-desk-{self.port}"

    @property
    def form_token(self) -> str:
        """What every form of a page carries, and a page of somebody else can't know."""
        return hmac.new(self._cookie.encode(), b"form", hashlib.sha256).hexdigest()

    def wrote(self, form_token: str) -> bool:
        """Whether a form came from a page of this desk."""
        return _same(form_token, self.form_token)


def _same(one: str, other: str) -> bool:
    # What is sent may hold what UTF-8 can't.
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())
