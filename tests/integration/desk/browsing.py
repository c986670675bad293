"""A person at a desk, as far as no browser is needed: pages are read, forms filled and sent."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from httpx2 import Response
from starlette.testclient import TestClient

from annual_review.desk.application import desk_application
from annual_review.desk.desk import Desk
from annual_review.desk.session import Session

PORT: Final = 8123
ADDRESS: Final = f"http://127.0.0.1:{PORT}"
_TAGS: Final = re.compile(r"<[^>]+>")


class Person:
    """Somebody who opened a desk. What is sent by them carries what a browser would add."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.session = Session(PORT)
        application = desk_application(desk, self.session)
        self.client = TestClient(application, base_url=ADDRESS)
        self.client.get("/enter", params={"token": self.session.token})

    def open(self, path: str) -> Response:
        """Open a page."""
        return self.client.get(path)

    def read(self, path: str) -> str:
        """Return the words of a page."""
        return words_of(self.open(path))

    def send(self, path: str, **fields: str | list[str]) -> Response:
        """Send a form, and follow it to the page that it leads to, however long a plan takes."""
        form = {"form_token": self.session.form_token, **fields}
        answer = self.client.post(path, data=form, headers={"origin": ADDRESS})
        if not answer.url.path.startswith("/acts/"):
            return answer
        self.desk.acts.wait()
        return self.open(answer.url.path)

    def confirm(self, proposed: Response) -> str:
        """Press the button of an act, wait for its end, and return the words of its page."""
        return words_of(self.send(proposed.url.path))


def words_of(response: Response) -> str:
    """Return what a page says, without its tags, in one line."""
    return " ".join(unescape(_TAGS.sub(" ", response.text)).split())
