from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opening
from tests.browser.judges import Judges
from tests.browser.kinds import KINDS

_WIDE: Final = {"width": 1280, "height": 900}
_PHONE: Final = {"width": 390, "height": 844}
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FIND: Final = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(found =>
    found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html}`)))"""


def barriers(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_FIND, _RULES)
    return found


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", [_WIDE, _PHONE], ids=["wide", "phone"])
def test_axe_finds_no_barrier_on_any_kind_of_page(
    site: str, window: Opening, judges: Judges, light: str, size: dict[str, int]
) -> None:
    # The policy of the site forbids scripts from elsewhere, and so the one that judges.
    page = window(viewport=size, color_scheme=light, bypass_csp=True).page
    page.add_init_script(path=judges.axe)
    found = []
    for kind, address in KINDS.items():
        page.goto(site + address)
        found += [f"{kind}: {each}" for each in barriers(page)]

    assert found == []


def test_vnu_finds_no_fault_in_the_html_of_any_page(folder: Path, judges: Judges) -> None:
    pages = [each for each in folder.rglob("*.html") if each.parent.name != "letters"]

    assert len(pages) > 100
    assert judges.faults_of_html(pages) == []
