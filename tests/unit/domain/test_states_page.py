"""The page about the states says what the law says: every state, every arrow, and no other."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from annual_review.domain.letters import MAY_BECOME, NOT_SENT, LetterState
from annual_review.services.dispatch.send_letter import CLAIM_LASTS
from tests.source_code import ROOT

PAGE = (Path(ROOT) / "docs" / "states.md").read_text(encoding="utf-8")


def test_the_diagram_draws_every_way_and_no_other() -> None:
    drawn = re.findall(r"^ +(\w+) --> (\w+):", PAGE, re.MULTILINE)

    lawful = {(now.value, then.value) for now, next_ in MAY_BECOME.items() for then in next_}
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == lawful


def test_the_table_tells_of_every_state_once_and_what_to_do() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)

    assert [state for state, *_ in rows] == [state.value for state in LetterState]


def test_the_page_names_the_letters_that_were_not_sent_as_far_as_we_know() -> None:
    [named] = re.findall(r"it was not\s+sent \((.+?)\)", PAGE, re.DOTALL)

    assert set(re.findall(r"`(\w+)`", named)) == {state.value for state in NOT_SENT}


def test_one_number_says_how_long_a_claim_lasts() -> None:
    minutes = CLAIM_LASTS // timedelta(minutes=1)
    said = re.findall(r"(?:wait|lasts) (\d+) minutes", PAGE)

    assert [int(each) for each in said] == [minutes, minutes]
