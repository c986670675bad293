"""Acts at the desk in a real browser: by keyboard, reloaded, by two people, and under attack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from playwright.sync_api import Page

from annual_review.domain.letters import LetterState
from tests.browser.conftest import Opening
from tests.browser.desk.seats import Seat
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.integration.world import World


def press_access_key(page: Page, key: str) -> None:
    """Press Alt and a key, with what a keyboard sends along and playwright leaves out."""
    alt = {"modifiers": 1, "key": key, "code": f"Key{key.upper()}"}
    said = {"text": key, "unmodifiedText": key, "windowsVirtualKeyCode": ord(key.upper())}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **alt, **said})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **alt})


def hold_by_keyboard(seat: Seat, page: Page, code: str, reason: str) -> None:
    """Hold the letter of an authority from its reading page, without a mouse."""
    page.goto(f"{seat.address}/2020/letters/{code}")
    press_access_key(page, "h")
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    page.wait_for_url("**/acts/*")


def test_a_letter_is_held_without_a_mouse(world: World, ann: Seat, window: Opening) -> None:
    page = window().page
    ann.enter(page)
    hold_by_keyboard(ann, page, ROCHFORD, "asked for")
    assert world.letters.get(a_letter_id()).state is LetterState.PREPARED

    page.keyboard.press("Enter")
    page.get_by_text("1 letter held.").wait_for()
    letter = world.letters.get(a_letter_id())
    assert letter.history[-1].why == "held by Ann: asked for"


def test_a_page_may_be_reloaded_in_the_middle_of_an_act(
    world: World, ann: Seat, window: Opening
) -> None:
    page = window().page
    ann.enter(page)
    hold_by_keyboard(ann, page, ROCHFORD, "asked for")
    page.reload()
    page.get_by_role("button", name="Hold letters").click()
    page.get_by_text("1 letter held.").wait_for()
    before = world.letters.get(a_letter_id())
    page.reload()
    page.get_by_text("1 letter held.").wait_for()
    assert world.letters.get(a_letter_id()) == before


def test_the_focus_stays_where_it_is_while_the_room_renews_itself(
    ann: Seat, window: Opening
) -> None:
    page = window().page
    ann.enter(page)
    link = page.locator("#standing .step a").first
    link.focus()
    for _ in range(2):  # the second is asked for once the first is in its place
        page.wait_for_event("requestfinished", lambda asked: asked.url.endswith("/standing"))
    assert page.evaluate("() => document.activeElement.closest('#standing') !== null")


def test_of_two_people_the_second_is_shown_what_the_first_has_changed(
    world: World, sit_down: Callable[[str], Seat], window: Opening
) -> None:
    people = {name: (sit_down(name), window().page) for name in ("Ann", "Ben")}
    for name, (seat, page) in people.items():
        seat.enter(page)
        hold_by_keyboard(seat, page, ROCHFORD, f"doubts of {name}")
    for name in ("Ann", "Ben"):
        people[name][1].get_by_role("button", name="Hold letters").click()
    people["Ann"][1].get_by_text("1 letter held.").wait_for()
    people["Ben"][1].get_by_text("This has changed since you looked").wait_for()
    held = world.letters.get(a_letter_id())
    assert held.history[-1].why == "held by Ann: doubts of Ann"


_ATTACK = """async ([desk, code]) => {
    const form = new URLSearchParams({authority: code, reason: "hostile", form_token: "0"});
    const post = {method: "POST", body: form, credentials: "include", mode: "no-cors"};
    for (const path of ["/2020/letters/hold", "/2020/letters/approve"])
        await fetch(desk + path, post).catch(() => {});
    const read = await fetch(desk + "/2020/letters", {credentials: "include"})
        .then(answer => answer.text()).catch(() => "refused");
    const frame = document.createElement("iframe");
    frame.src = desk + "/2020/letters";
    document.body.append(frame);
    await new Promise(done => { frame.onload = done; });
    const image = document.createElement("img");
    const drawn = await new Promise(done => {
        image.onload = () => done("drawn"); image.onerror = () => done("refused");
        image.src = `${desk}/2020/letters/${code}/page/1.png`;
    });
    return [read, drawn];
}"""
_FORM = """([desk, code]) => {
    document.body.innerHTML = `<form method="post" action="${desk}/2020/letters/hold">
        <input name="authority" value="${code}"><input name="reason" value="hostile"></form>`;
    document.forms[0].submit();
}"""


@contextmanager
def a_page_of_somebody_else() -> Iterator[str]:
    """Serve a page of another origin on this very machine, the nearest that there can be."""

    class Hostile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Prizes</title>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_a_hostile_page_in_another_tab_reads_nothing_and_changes_nothing(
    world: World, ann: Seat, window: Opening
) -> None:
    desk = window().page
    ann.enter(desk)
    before = world.letters.of_year(YEAR)
    hostile = desk.context.new_page()
    with a_page_of_somebody_else() as address:
        hostile.goto(address)
        assert hostile.evaluate(_ATTACK, [ann.address, OTHER_DISTRICT]) == ["refused", "refused"]
        (frame,) = hostile.frames[1:]
        assert "chrome-error" in frame.url or "another site" in frame.content()
        with hostile.expect_navigation():
            hostile.evaluate(_FORM, [ann.address, OTHER_DISTRICT])
        assert "This request came from another site. Nothing was done." in hostile.content()
    assert world.letters.of_year(YEAR) == before
    # A name that points at this machine: as if the desk had been rebound to it.
    rebound = ann.address.replace("127.0.0.1", "localhost")
    refused = desk.context.new_page()
    refused.goto(rebound)
    assert "is only at http://127.0.0.1" in refused.content()
