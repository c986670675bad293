"""Who is let in: one browser, on pages of this very desk."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from annual_review.desk import guards
from annual_review.desk.local_users import Owner, is_of_this_user, owner_of
from annual_review.desk.reading.records import Records
from annual_review.desk.rooms import figures
from annual_review.desk.serving import listening_on, server_of
from annual_review.services.errors import RefusedError
from tests.builders import ROCHFORD
from tests.integration.desk.browsing import ADDRESS, Person, words_of
from tests.integration.world import World, a_closed_year

_FORBIDDEN = 403
_BROKEN = 500
_FORM = "application/x-www-form-urlencoded"
_UNAVAILABLE = 503
_ITS_OWN = "of the desk"


@pytest.fixture
def person(world: World, ann: Person) -> Person:
    a_closed_year(world, ROCHFORD)
    return ann


def test_the_first_address_opens_one_browser_once(person: Person) -> None:
    other = TestClient(person.client.app, base_url=ADDRESS)
    again = other.get("/enter", params={"token": person.session.token})
    assert again.status_code == _FORBIDDEN
    assert other.get("/2020/").status_code == _FORBIDDEN
    assert person.open("/2020/").is_success


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "desk.example:8123"},
        {"host": "127.0.0.1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:9000"},
    ],
)
def test_a_page_of_somebody_else_reads_nothing(person: Person, headers: dict[str, str]) -> None:
    answer = person.client.get("/2020/letters", headers=headers)
    assert answer.status_code == _FORBIDDEN
    assert "Rochford" not in answer.text


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, _ITS_OWN),
        ({"origin": "null"}, _ITS_OWN),
        ({"origin": "https://hostile.example"}, _ITS_OWN),
        ({"origin": ADDRESS}, ""),
        ({"origin": ADDRESS}, "x" * 64),
    ],
)
def test_a_form_of_somebody_else_does_nothing(
    person: Person, world: World, headers: dict[str, str], token: str
) -> None:
    before = world.letters.of_year(person.desk.year)
    form = {"authority": ROCHFORD, "reason": "hostile"}
    form["form_token"] = person.session.form_token if token == _ITS_OWN else token
    answer = person.client.post("/2020/letters/hold", data=form, headers=headers)
    assert answer.status_code == _FORBIDDEN
    assert world.letters.of_year(person.desk.year) == before


def test_every_answer_forbids_what_is_not_of_the_desk(person: Person) -> None:
    for path in ("/2020/letters", "/nowhere", "/static/desk.css"):
        headers = person.open(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_the_cookie_is_for_this_desk_alone(person: Person) -> None:
    cookie = person.client.cookies.jar
    (kept,) = cookie
    assert (kept.name, kept.has_nonstandard_attr("HttpOnly")) == ("annual-review-desk-8123", True)
    assert kept.get_nonstandard_attr("SameSite") == "strict"


def test_a_page_that_is_not_there_says_so_in_the_desk(person: Person) -> None:
    assert "There is no such page" in words_of(person.open("/2020/nothing"))


@pytest.mark.parametrize(
    "path",
    [
        "/1/",
        "/99999/letters",
        f"/{'9' * 5000}/",
        f"/fonts/{'a' * 900}.woff2",
        f"/2020/figures/months/{ROCHFORD}?versions={'9' * 5000}",
        f"/2020/authorities/{ROCHFORD}/cases?number=x&revision={'9' * 5000}",
    ],
)
def test_an_address_that_was_made_up_breaks_nothing(person: Person, path: str) -> None:
    answer = person.open(path)  # the client raises what no page answers for
    assert answer.is_client_error or answer.is_success


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        (_FORM, b"reason=" + b"x" * 1_100_000, 400),
        (_FORM, b"&".join(name + b"=" + b"x" * 900_000 for name in (b"a", b"b", b"c")), 413),
        (_FORM, b"&authority=E07000075" * 6_000, 400),
    ],
)
def test_a_form_that_no_page_has_is_refused_in_words(
    person: Person, kind: str, content: bytes, status: int
) -> None:
    headers = {"origin": ADDRESS, "content-type": kind}
    answer = person.client.post("/2020/letters/hold", content=content, headers=headers)
    assert (answer.status_code, "Nothing was done" in answer.text) == (status, True)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_what_fails_is_told_without_what_it_was_about(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("Ms Example, chief.executive@rochford.example")

    monkeypatch.setattr(Records, "fetch", fail)
    client = TestClient(person.client.app, base_url=ADDRESS, raise_server_exceptions=False)
    client.cookies = person.client.cookies
    answer = client.get("/2020/letters")
    assert answer.status_code == _BROKEN
    assert "The desk failed: KeyError" in words_of(answer)
    assert "example" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert person.open("/2020/figures").is_success


def test_a_part_that_fails_stays_and_asks_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RefusedError("Query: AccessDeniedException (request 1)")

    monkeypatch.setattr(figures, "close_of", refuse)
    path = "/2020/figures?figures=live&seen=0123"
    part = person.client.get(path, headers={"hx-request": "true"})
    assert part.status_code == _UNAVAILABLE
    assert "Query: AccessDeniedException (request 1) (RefusedError)" in words_of(part)
    assert 'hx-get="/2020/figures?figures=live" hx-trigger="load delay:5s"' in part.text

    person.client.cookies.clear()
    refused = person.client.get(path, headers={"hx-request": "true"})
    assert refused.status_code == _FORBIDDEN
    for each in (part, refused):
        assert (each.headers["hx-reswap"], each.headers["hx-reselect"]) == ("innerHTML", ".problem")
        assert 'class="problem"' in each.text


def test_another_user_of_this_machine_gets_nothing(
    sit_down: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "is_of_this_user", lambda *_: False)
    robbed = sit_down("Ann")  # the first address was opened by somebody else
    assert robbed.open("/2020/").status_code == _FORBIDDEN
    assert robbed.session.enter(robbed.session.token)


@pytest.mark.parametrize(
    ("client", "is_let_in"),
    [
        (Owner(1000, 7), True),
        (Owner(0, 7), True),
        (Owner(1001, 7), False),
        (Owner(0, 0), False),
        (None, False),
    ],
)
def test_a_connection_is_of_whoever_made_it(
    client: Owner | None, *, is_let_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    def find(port: int, other: int) -> Owner | None:
        return client if (port, other) == (50_000, 8123) else Owner(1000, 1)

    assert is_of_this_user(("127.0.0.1", 50_000), 8123, find) is is_let_in
    assert is_of_this_user(("127.0.0.1", 50_000), 8123, lambda *_: None)


def test_nobody_says_of_themselves_whose_their_connection_is(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def refuse(client: tuple[str, int], _port: int) -> bool:
        asked.append(client)
        return False

    monkeypatch.setattr(guards, "is_of_this_user", refuse)
    config = server_of(person.desk, person.session).config
    config.load()
    somebody = ("127.0.0.1", 50_000)
    other = TestClient(config.loaded_app, base_url=ADDRESS, client=somebody)
    other.get("/2020/", headers={"x-forwarded-for": "127.0.0.1:40000"})
    assert asked == [somebody]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_linux_tells_whose_a_connection_is() -> None:
    with listening_on(0) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as mine:
            own = mine.getsockname()[1]
            assert owner_of(port, 0)
            found = owner_of(own, port)
            assert found
            assert (found.user, found.inode > 0) == (os.getuid(), True)
            assert owner_of(1, port) is None
