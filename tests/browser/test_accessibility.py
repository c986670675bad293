from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.browser.conftest import Opening
from tests.browser.judges import Judges
from tests.browser.kinds import KINDS

_WIDTHS: Final = (1280, 390)
"""Of a desk and of a phone."""


def test_axe_finds_no_barrier_on_any_kind_of_page_and_none_is_wider_than_a_phone(
    site: str, window: Opening, judges: Judges
) -> None:
    # The policy of the site forbids scripts from elsewhere, and so the one that judges.
    page = window(bypass_csp=True).page
    page.add_init_script(path=judges.axe)
    found = []
    for kind, address in KINDS.items():
        page.goto(site + address)
        found += [f"{kind}: {each}" for each in judges.barriers_of(page, _WIDTHS)]

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
