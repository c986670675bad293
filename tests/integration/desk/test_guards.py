"""Who is let in: one browser, on pages of this very desk."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.builders import ROCHFORD
from tests.integration.desk.browsing import ADDRESS, Person, words_of
from tests.integration.world import World, a_closed_year

_FORBIDDEN = 403
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
