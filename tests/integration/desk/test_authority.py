"""An authority at the desk: its letters and who gets them, its challenges, what came before it."""

from __future__ import annotations

from datetime import date

from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.letters import Act
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_decision,
    a_register,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.integration.desk.browsing import Person
from tests.integration.world import World, a_closed_year

_HOSTILE = "<script>alert(1)</script>"
_OLD = "E07000999"


def test_letters_challenges_and_recipients_stand_on_its_page(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    ann.confirm(ann.send("/2020/letters/hold", authority=ROCHFORD, reason=_HOSTILE))
    act = Act("Ann", NOON)
    challenges = ann.desk.system.keep_challenges()
    challenges.add(YEAR, ROCHFORD, "Ms Able", _HOSTILE, act)

    page = ann.open(f"/2020/authorities/{ROCHFORD}")
    words = ann.read(f"/2020/authorities/{ROCHFORD}")

    assert f"Letter 2020-1-{ROCHFORD}: held" in words
    assert f"held by Ann: {_HOSTILE}" in words
    assert f"1. Ms Able, 22 July 2020, 13:00, noted by Ann: {_HOSTILE} Answer: open" in words
    assert _HOSTILE not in page.text, "it is shown, and never obeyed"
    assert str(recipients(ROCHFORD)[ROCHFORD].email) in words


def test_what_was_frozen_stands_beside_what_has_changed_since(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    late = a_decision(DecisionOutcome.NOT_UPHELD, "19-late")
    world.cases.commit(CaseChange((CaseWrite(late, None),)))

    words = ann.read(f"/2020/authorities/{ROCHFORD}")

    assert "subject:" not in words
    assert "not upheld 0 1 Planning & Development 1 2" in words
    assert "November 1" in words


def test_an_authority_is_shown_under_any_of_its_codes_and_with_its_successor(
    world: World, ann: Person
) -> None:
    ended = an_authority(
        former_codes=[_OLD], in_being_to=date(2020, 3, 31), successors=[OTHER_DISTRICT]
    )
    world.knows(a_register(ended, OTHER_DISTRICT), recipients(OTHER_DISTRICT))
    decided = an_upheld_decision(authority=_OLD)
    world.cases.commit(CaseChange((CaseWrite(decided, None),)))

    for code in (ROCHFORD, _OLD):
        words = ann.read(f"/2020/authorities/{code}")
        assert "Uphold rate 100% few cases 1 of 1" in words
        assert f"former codes {_OLD}" in words
        assert f"Succeeded by Council {OTHER_DISTRICT}" in words
        assert f"of Council {OTHER_DISTRICT}" in words, "who receives its letter"
    assert "19012345" in ann.read(f"/2020/authorities/{ROCHFORD}/cases?number=upheld")


def test_years_before_are_told_before_the_year_is_closed(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    assert "Reading the frozen figures" in ann.read(f"/2021/authorities/{ROCHFORD}")
    assert "2020 1 100% few cases 1 of 1" in ann.read(f"/2021/authorities/{ROCHFORD}/earlier")


def test_nobody_is_shown_whom_nobody_knows(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    assert "There is no such page" in ann.read("/2020/authorities/E99999999")
