"""Checks at the desk: what is not ready, odd recipients, and tallies that left their cases."""

from __future__ import annotations

import pytest

from tests.builders import ROCHFORD, a_tally
from tests.integration.desk.browsing import Person, words_of
from tests.integration.dynamodb.test_repair_table import doctor
from tests.integration.world import World, a_closed_year

ROOM = "/2020/checks"


@pytest.fixture
def checker(world: World, ann: Person) -> Person:
    a_closed_year(world, ROCHFORD)
    return ann


def test_what_is_not_ready_is_told_as_the_command_tells_it(checker: Person) -> None:
    page = checker.read(f"{ROOM}/readiness")
    assert "ready" in page
    assert "schedules all are there and enabled" in page.replace("ready ", "")


def test_recipients_are_checked_as_they_are_loaded(checker: Person) -> None:
    assert "Recipients: 1. Authorities in the register: 1." in checker.read(f"{ROOM}/recipients")


def test_a_tally_that_left_its_cases_is_found_and_repaired_for_a_reason(
    world: World, checker: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    doctor(world, a_tally(upheld=3))

    found = checker.confirm(checker.send(f"{ROOM}/tallies"))
    assert "1 cases of 2020 counted again. Some differ." in found
    assert "upheld 3 stored, 1 counted" in found
    assert "Repair the tallies that differ" in found

    repair = {"authority": ROCHFORD, "reason": "edited by hand"}
    assert "Give a reason" in words_of(checker.send(f"{ROOM}/repair", authority=ROCHFORD))
    proposed = checker.send(f"{ROOM}/repair", **repair)
    assert "1 tally would be repaired." in words_of(proposed)
    assert world.tally().upheld == 3
    assert "upheld 3 became 1" in checker.confirm(proposed)
    assert world.tally().upheld == 1

    again = checker.send(f"{ROOM}/repair", **repair)
    assert "Every one of these tallies agrees with its cases." in words_of(again)
