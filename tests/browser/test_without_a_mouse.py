from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

from tests.browser import sites
from tests.browser.conftest import Opening

_FOCUSED: Final = """() => document.activeElement.getAttribute("aria-label")
    ?? document.activeElement.textContent.trim()"""
_MIDDLE: Final = """() => { const box = document.activeElement.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2, box.width]; }"""


def focused(page: Page) -> str:
    text: str = page.evaluate(_FOCUSED)
    return text


def where(page: Page) -> tuple[float, float, float]:
    across, down, width = page.evaluate(_MIDDLE)
    return across, down, width


def test_the_map_is_two_tab_stops_and_arrow_keys_go_from_a_council_to_the_next(
    crowded_site: str, window: Opening
) -> None:
    page = window(viewport={"width": 1280, "height": 1400}).page
    page.goto(f"{crowded_site}/{sites.LATEST}/map/")
    page.get_by_role("link", name="Barnet: ").focus()

    at = where(page)
    for key, across, down in (
        ("ArrowRight", 1, 0),
        ("ArrowLeft", -1, 0),
        ("ArrowUp", 0, -1),
        ("ArrowDown", 0, 1),
    ):
        page.keyboard.press(key)
        now = where(page)
        moved = (now[0] - at[0], now[1] - at[1])
        # It went the way the arrow points, and no further than to a neighbour.
        assert moved[0] * across + moved[1] * down > at[2] / 2, key
        assert abs(moved[0]) + abs(moved[1]) < 2 * at[2], key
        # What it says beside the map is the council that it went to.
        assert page.locator("[data-panel]").text_content() == focused(page), key
        at = now

    assert page.locator("svg.map a[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert focused(page) == "What chance can do"
    # Back to the council where it was, and from there out of the map, to the link that skips it.
    page.keyboard.press("Shift+Tab")
    assert where(page) == at
    page.keyboard.press("Shift+Tab")
    assert page.locator("svg.map a:focus").count() == 0


def test_a_council_is_found_by_typing_and_opened_by_enter(site: str, window: Opening) -> None:
    page = window().page
    page.goto(site)
    page.get_by_label("Find your council").focus()
    page.keyboard.type("essex")

    assert page.get_by_role("status").text_content() == "1 of 15 authorities, listed below"
    assert page.locator(".names a:visible").all_text_contents() == ["Essex County Council"]
    # Nothing stands between what was typed and what was found.
    assert not page.get_by_role("heading", name="What is new").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/authorities/{sites.ESSEX.lower()}/index.html")


def test_a_table_is_sorted_by_the_keyboard_and_says_so(site: str, window: Opening) -> None:
    page = window().page
    page.goto(f"{site}/{sites.LATEST}/compare/metropolitan/")
    head = page.get_by_role("columnheader", name="Of", exact=True)
    head.get_by_role("button").focus()

    names = page.locator("table.sortable tbody th")
    for order, first in (("ascending", "Bolton"), ("descending", "Manchester")):
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == order
        assert (names.first.text_content() or "").startswith(first)


def test_councils_are_put_side_by_side_by_the_keyboard_and_the_address_keeps_them(
    site: str, window: Opening
) -> None:
    page = window().page
    page.goto(f"{site}/{sites.LATEST}/compare/?authorities={sites.BARNET.lower()}")
    page.get_by_label("Add an authority").focus()
    page.keyboard.type("barking")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    chosen = f"?authorities={sites.BARNET.lower()},{sites.BARKING.lower()}"
    assert page.url.endswith(chosen)
    assert page.locator("tbody tr:visible").count() == 2


def test_the_first_tab_stop_skips_to_the_content(site: str, window: Opening) -> None:
    page = window().page
    page.goto(site)
    page.keyboard.press("Tab")

    assert focused(page) == "Skip to the content"
    assert page.locator(".skip").bounding_box() is not None
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1
