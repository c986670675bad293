from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import ViewportSize

from tests.browser.conftest import Opening
from tests.browser.judges import Judges
from tests.browser.kinds import KINDS

_WIDE: Final = ViewportSize(width=1280, height=900)
_PHONE: Final = ViewportSize(width=390, height=844)
_LIGHTS: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BARRIERS: Final = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(found =>
    found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html}`)))"""
_TOO_WIDE: Final = "() => document.documentElement.scrollWidth > innerWidth"


def test_axe_finds_no_barrier_on_any_kind_of_page_and_none_is_wider_than_a_phone(
    site: str, window: Opening, judges: Judges
) -> None:
    # The policy of the site forbids scripts from elsewhere, and so the one that judges.
    page = window(bypass_csp=True).page
    page.add_init_script(path=judges.axe)
    found = []
    for kind, address in KINDS.items():
        page.goto(site + address)
        for size in (_WIDE, _PHONE):
            page.set_viewport_size(size)
            found += [f"{kind}: wider than {size}"] if page.evaluate(_TOO_WIDE) else []
            for light in _LIGHTS:
                page.emulate_media(color_scheme=light)
                barriers = page.evaluate(_BARRIERS, _RULES)
                found += [f"{kind}, {light}, {size['width']}: {each}" for each in barriers]

    assert found == []


def test_vnu_finds_no_fault_in_any_page_and_in_letters_only_what_mail_programs_want(
    folder: Path, judges: Judges
) -> None:
    files = list(folder.rglob("*.html"))
    letters = [each for each in files if each.parent.name == "letters"]
    assert len(files) > 100
    assert letters

    of_mail = ("attribute on the “table” element is obsolete", "attribute on the “td” element is")
    found = judges.faults_of_html(files)
    assert [
        each
        for each in found
        if "/letters/" not in each or not any(known in each for known in (*of_mail, "mso-hide"))
    ] == []
