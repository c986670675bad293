"""The journal at the desk: who did what, and no name in an address."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.builders import OTHER_DISTRICT, ROCHFORD
from tests.integration.desk.browsing import Person
from tests.integration.world import World, a_closed_year


def rows_of(page: str) -> list[str]:
    rows = re.findall(r"<tr><td class=\"when\">.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_acts_are_told_with_who_and_why_and_picked_by_person_and_authority(
    world: World, sit_down: Callable[[str], Person]
) -> None:
    a_closed_year(world, ROCHFORD, OTHER_DISTRICT)
    ann, ben = sit_down("Ann"), sit_down("Ben <b>")
    both: list[str] = [ROCHFORD, OTHER_DISTRICT]
    ann.confirm(ann.send("/2020/letters/hold", authority=both, reason="=doubts"))
    ben.confirm(ben.send("/2020/letters/unhold", authority=ROCHFORD))

    page = ann.open("/2020/journal").text
    held = [row for row in rows_of(page) if "held" in row]
    assert len(held) == 2
    assert any("Ann held letter 2 letters 2 authorities" in row for row in held)
    assert "Ben <b>" not in page

    (sign,) = re.findall(r'value="(\w+)">Ben', page)
    of_ben = rows_of(ann.open(f"/2020/journal?who={sign}").text)
    assert len(of_ben) == 1
    assert "taken off hold" in of_ben[0]

    of_other = rows_of(ann.open(f"/2020/journal?kind=letter&authority={OTHER_DISTRICT}").text)
    assert len(of_other) == 1
    assert "held by Ann: =doubts" in of_other[0]

    table = ann.open("/2020/journal/journal.csv?kind=letter").text.splitlines()
    assert len(table) == 1 + 3, "a row for each letter"
