"""One browser and one site for all tests of a worker; where something is missing, they say so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, Page

from annual_review.rendering.site.build import files_of
from infrastructure.pictures.browser import BrowserMissingError, chromium
from tests.browser import sites
from tests.browser.judges import JudgeMissingError, Judges
from tests.browser.serving import served


# Ended before other tests begin: while it runs, nothing else in this thread can be asynchronous.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with ExitStack() as ends:
        try:
            started = ends.enter_context(chromium())
        except BrowserMissingError as error:
            _without(error)
        yield started


@pytest.fixture(scope="session")
def judges() -> Judges:
    try:
        return Judges.find()
    except JudgeMissingError as error:
        _without(error)


def _without(error: Exception) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"In CI pages are not left untested: {error}")
    pytest.skip(f"Pages are not tested: {error}")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with every kind of page."""

    def make(folder: Path) -> None:
        with TemporaryDirectory(prefix="annual-review-") as work:
            years = sites.rehearsed_years(Path(work))
        sites.write(files_of(sites.whole_site(years)), folder)

    return _made_once(tmp_path_factory, "site", make)


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages that list all authorities, with all that there were."""

    def make(folder: Path) -> None:
        sites.write(sites.crowded_pages(), folder)

    return _made_once(tmp_path_factory, "crowded", make)


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder, or take the one that another worker of this run has made."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = base / name
    with (base / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not made.exists():
            beside = base / f"{name}.part"
            make(beside)
            beside.rename(made)
    return made


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[str]:
    """The address of the site, served as it is when deployed."""
    with served(folder) as address:
        yield address


@pytest.fixture(scope="session")
def crowded_site(crowded: Path) -> Iterator[str]:
    with served(crowded) as address:
        yield address


@dataclass
class Window:
    """A window of the browser, with all that a page complained about in its console."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {text}")


Opening = Callable[..., Window]


@pytest.fixture
def window(browser: Browser) -> Iterator[Opening]:
    """Opens windows, each without a memory: `window(viewport=..., color_scheme="dark")`."""
    with ExitStack() as ends:

        def opened(**options: Any) -> Window:  # noqa: ANN401 - those of playwright
            context = browser.new_context(**options)
            context.set_default_timeout(10_000)
            ends.callback(context.close)
            return Window(context.new_page())

        yield opened
