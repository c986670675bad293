"""Every room in a real browser: no barriers, and nothing that its own policy forbids."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from annual_review.desk.pages import ROOMS
from tests.browser.conftest import Opening
from tests.browser.desk.seats import Seat
from tests.browser.judges import Judges
from tests.builders import ROCHFORD

_WIDTHS: Final = (1024, 1440)
_OF_HTMX: Final = re.compile(r' hx-[a-z-]+="[^"]*"')
"""What vnu can't know."""

_PAGES: Final = (
    *(f"/2020/{room.path}" for room in ROOMS),
    f"/2020/letters/{ROCHFORD}",
    f"/2020/authorities/{ROCHFORD}",
    f"/2020/authorities/{ROCHFORD}/cases?number=upheld",
    f"/2020/paragraphs/{ROCHFORD}/late_remedies",
    f"/2020/dispatch/{ROCHFORD}",
    "/2020/nothing",
)


def test_axe_finds_no_barrier_in_any_room_and_none_is_too_wide(
    ann: Seat, window: Opening, judges: Judges
) -> None:
    page = window(bypass_csp=True).page
    page.add_init_script(path=judges.axe)
    ann.enter(page)
    found = []
    for path in _PAGES:
        page.goto(ann.address + path)
        page.wait_for_load_state("networkidle")
        found += [f"{path}: {each}" for each in judges.barriers_of(page, _WIDTHS)]
    assert found == []


def test_vnu_finds_no_fault_in_any_page_as_the_desk_sends_it_or_as_its_parts_fill_it(
    ann: Seat, window: Opening, judges: Judges, tmp_path: Path
) -> None:
    page = window().page
    ann.enter(page)
    kept = []
    for number, path in enumerate(_PAGES):
        answer = page.goto(ann.address + path)
        assert answer
        sent = answer.text()
        page.wait_for_load_state("networkidle")
        for state, text in (("sent", sent), ("filled", page.content())):
            kept.append(tmp_path / f"{number}-{state}.html")
            kept[-1].write_text(_OF_HTMX.sub("", text), encoding="utf-8")
    assert judges.faults_of_html(kept) == []


def test_no_room_asks_for_what_the_policy_forbids_and_names_stay_names(
    ann: Seat, window: Opening
) -> None:
    opened = window()
    ann.enter(opened.page)
    for path in _PAGES[:-1]:
        opened.page.goto(ann.address + path)
        opened.page.wait_for_load_state("networkidle")
        assert opened.page.title() != "taken", path
    assert opened.complaints == []
