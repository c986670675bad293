"""The site without scripts, server or screen, and under the policy that it is served with."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from tests.browser import sites
from tests.browser.conftest import Opening
from tests.browser.kinds import KINDS


def test_no_page_wants_what_the_deployed_site_forbids_or_has_anything_to_complain_of(
    site: str, window: Opening
) -> None:
    opened = window()
    for address in KINDS.values():
        opened.page.goto(site + address)
        opened.page.evaluate("document.fonts.ready")

    # The page for a wrong address is sent with the answer that it is one.
    (wrong,) = (each for each in opened.complaints if "404 (Not Found)" in each)
    assert wrong.startswith(f"{site}/nowhere/")
    assert opened.complaints == [wrong]


def test_without_scripts_links_lead_from_the_home_page_to_a_council_its_letter_and_the_map(
    site: str, window: Opening
) -> None:
    page = window(java_script_enabled=False).page
    page.goto(site)
    assert not page.get_by_label("Find your council").is_visible()
    page.get_by_role("link", name="Tendring District Council").click()
    assert page.get_by_role("heading", level=1).text_content() == "Tendring District Council"
    page.get_by_role("link", name=f"web page of {sites.LATEST}").click()
    assert page.url == f"{site}/{sites.LATEST}/letters/{sites.TENDRING}.html"
    page.go_back()
    page.get_by_role("navigation").get_by_role("link", name="Map").click()
    page.get_by_role("link", name="Bolton Metropolitan Borough Council: ").click()
    assert page.url == f"{site}/{sites.LATEST}/authorities/{sites.BOLTON.lower()}/index.html"
    page.get_by_role("navigation").get_by_role("link", name="Compare").click()
    assert page.locator("tbody tr:visible").count() == page.locator("tbody tr").count() > 10


def test_the_site_opens_from_disk(folder: Path, window: Opening) -> None:
    opened = window()
    page = opened.page
    page.goto((folder / "index.html").as_uri())
    page.get_by_label("Find your council").fill("manchester")
    page.get_by_role("link", name="Manchester City Council").click()
    page.get_by_role("link", name="A sheet for scrutiny committees").click()
    assert page.get_by_role("heading", level=1).is_visible()
    page.get_by_role("link", name="Map").click()
    page.locator("svg.map a").first.click()
    page.evaluate("document.fonts.ready")

    assert page.evaluate("document.fonts.check('1em \"Source Sans 3\"')")
    assert page.url.startswith((folder / f"{sites.LATEST}" / "authorities").as_uri())
    assert opened.complaints == []


def test_a_scrutiny_sheet_prints_on_one_page_with_nothing_to_click(
    site: str, window: Opening
) -> None:
    page = window().page
    page.goto(site + KINDS["scrutiny sheet"])
    (sheet,) = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    text = sheet.extract_text()

    assert "Questions a committee may ask" in text
    assert "Compare" not in text
    assert "Skip to" not in text


def test_a_page_prints_dark_on_white_whatever_it_was_on_the_screen(
    site: str, window: Opening
) -> None:
    page = window(color_scheme="dark").page
    page.goto(site + KINDS["authority"])
    page.emulate_media(media="print")
    inks = page.evaluate(
        """() => ["main", ".card .big", ".card .what", ".sample"].map(each =>
            getComputedStyle(document.querySelector(each)).color.match(/\\d+/g).map(Number))"""
    )

    assert all(max(ink) < 160 for ink in inks), inks
