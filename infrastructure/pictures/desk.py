"""Pictures of the desk: a simulated year on local AWS, prepared, as its rooms show it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from annual_review.console import progress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.sample_inputs import SEED
from infrastructure.local.desk import desk_on
from infrastructure.local.system import local_system
from infrastructure.local.year_end import YearEnd
from infrastructure.local.year_inputs import simulated_inputs
from infrastructure.pictures.browser import chromium

_YEAR: Final = ReportingYear(2020)
_SIZE: Final = ViewportSize(width=1440, height=900)
_COLOURS: Final = 128
_PICTURES_ARE_THERE: Final = """() => [...document.images].every(
    each => each.complete || each.getBoundingClientRect().top > innerHeight)"""
_EDITOR: Final = "Ann Editor"
_ROCHFORD: Final = "E07000075"
_OPENED_AND_READ_TWO: Final = 3
_SECONDS_FOR_ALL_LETTERS: Final = 120_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture: its name, and the room that it is of."""

    name: str
    path: str
    is_dark: bool = False


PICTURES: Final = (
    Shown("year", ""),
    Shown("figures", "figures"),
    Shown("authority", f"authorities/{_ROCHFORD}"),
    Shown("letters", "letters"),
    Shown("letter", f"letters/{_ROCHFORD}"),
    Shown("letter-dark", f"letters/{_ROCHFORD}", is_dark=True),
    Shown("paragraphs", "paragraphs"),
    Shown("dispatch", "dispatch"),
    Shown("checks", "checks"),
    Shown("journal", "journal"),
)
"""The rooms that are drawn as they are; a paragraph and an act are drawn on the way."""


def draw_desk(folder: Path) -> None:
    """Play a year until its letters are prepared, and draw the desk into a folder.

    Raises:
        BrowserMissingError: Chromium is not installed.
        EmulatorError: Local AWS can't be started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="annual-review-") as name, chromium() as browser:
        work = Path(name)
        with local_system(work, work / "outbox", approval_required=True) as system:
            _prepare(YearEnd(system, _YEAR), work)
            with desk_on(system, _YEAR, work, _EDITOR) as address:
                page = browser.new_page(viewport=_SIZE)
                page.goto(address)
                split = urlsplit(address)
                _draw(page, f"{split.scheme}://{split.netloc}/{_YEAR}/", folder)


def _prepare(year_end: YearEnd, work: Path) -> None:
    inputs = simulated_inputs(_YEAR, SEED, work / "inputs")
    year_end.load_register(inputs.register, inputs.recipients)
    with progress("Recording decisions") as step:
        year_end.publish(inputs.sample.events, step)
        year_end.wait_until_recorded(len(inputs.sample.events), step)
    year_end.close()
    with progress("Preparing letters") as step:
        year_end.wait_until_prepared(step)


def _draw(page: Page, rooms: str, folder: Path) -> None:
    # All letters are read once, so that their flags are there.
    page.goto(f"{rooms}letters")
    page.locator("progress").wait_for(state="detached", timeout=_SECONDS_FOR_ALL_LETTERS)
    page.goto(f"{rooms}letters")
    for _ in range(_OPENED_AND_READ_TWO):
        _press_enter(page)
    for shown in PICTURES:
        page.emulate_media(color_scheme="dark" if shown.is_dark else "light")
        page.goto(rooms + shown.path)
        page.wait_for_load_state("networkidle")
        _save(page, folder / f"{shown.name}.png")
    page.emulate_media(color_scheme="light")
    _draw_paragraph(page, rooms, folder)
    _draw_act(page, rooms, folder)


def _draw_paragraph(page: Page, rooms: str, folder: Path) -> None:
    page.goto(f"{rooms}paragraphs")
    _press_enter(page)
    text = page.locator("textarea")
    text.press("Control+End")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        text.press_sequentially(" Thank you for telling us what you have changed.")
    page.wait_for_load_state("networkidle")
    _save(page, folder / "paragraph.png")


def _draw_act(page: Page, rooms: str, folder: Path) -> None:
    page.goto(f"{rooms}letters/{_ROCHFORD}")
    page.locator("input[name=reason]").fill("The chief executive asked for a week")
    _press_enter(page)
    _save(page, folder / "act.png")


def _press_enter(page: Page) -> None:
    """Go on to the next page, as the focus leads."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def _save(page: Page, path: Path) -> None:
    page.wait_for_function(_PICTURES_ARE_THERE)
    with Image.open(BytesIO(page.screenshot())) as picture:
        few = picture.convert("RGB").quantize(_COLOURS)
        few.save(path, optimize=True)
