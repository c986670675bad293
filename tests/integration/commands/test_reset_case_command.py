"""`annual-review reset-case`, as operators call it."""

from __future__ import annotations

import json

import pytest

from annual_review.domain.cases import CaseState
from annual_review.domain.tallies import Measure
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_register,
    an_authority,
    an_event,
    an_upheld_decision,
)
from tests.integration.operators import Operators
from tests.unit.cli.commands import Result

MISTYPED = an_upheld_decision(version=900, authority=OTHER_DISTRICT)
OUTCOME = a_compliance_outcome()
RIGHT = an_upheld_decision(version=3)
UPHELD = Measure("upheld")
SIGNED = ("--reason", "version mistyped", "--by", "a.person")


@pytest.fixture
def office(operators: Operators) -> Operators:
    """A case stands at a version that casework never reached."""
    register = a_register(an_authority(name="Rochford District Council"), OTHER_DISTRICT)
    operators.world.knows(register, {})
    writes = CaseWrite(MISTYPED, None), CaseWrite(OUTCOME, None)
    operators.world.cases.commit(CaseChange(writes))
    return operators


def reset(office: Operators, *more: str, says: CaseState | str = RIGHT) -> Result:
    lines = says if isinstance(says, str) else json.dumps(an_event(says))
    others = json.dumps(an_event(an_upheld_decision("19-9", version=7)))
    (office.folder / "case.jsonl").write_text(f"{others}\n{lines}\n", encoding="utf-8")
    return office.run("reset-case", "19012345", "--from", "case.jsonl", *more)


def upheld(office: Operators) -> tuple[int, int]:
    here, there = office.world.tally(), office.world.tally(OTHER_DISTRICT)
    return here[UPHELD], there[UPHELD]


def test_what_is_recorded_of_a_case_is_shown(office: Operators) -> None:
    result = office.run("reset-case", " 19012345 ")

    assert result.returncode == 0, result.stderr
    assert f"decision 900 {OTHER_DISTRICT}" in result.words
    assert f"compliance 1 {ROCHFORD} Rochford District Council on_time, 2019-11-05" in result.words
    assert office.run("reset-case", "19-8").returncode == 1


def test_a_case_is_reset_with_its_tallies_and_tells_who_did_it(office: Operators) -> None:
    result = reset(office, *SIGNED, "--yes")

    assert result.returncode == 0, result.stderr
    assert f"decision casework says 3 {ROCHFORD} Rochford District Council upheld" in result.words
    assert f"{ROCHFORD} Rochford District Council 2020 upheld +1" in result.words
    assert "Case 19012345 is reset." in result.words
    assert office.world.cases.load([RIGHT.key]) == {RIGHT.key: RIGHT}
    assert upheld(office) == (1, 0)
    told = office.run("reset-case", "19012345").words
    assert "Reset from version 900 by a.person on" in told
    assert "version mistyped" in told
    assert "There is nothing to do." in reset(office, *SIGNED, "--yes").words


def test_a_dry_run_shows_the_same_and_changes_nothing(office: Operators) -> None:
    result = reset(office, *SIGNED, "--dry-run")

    assert result.returncode == 0
    assert f"decision casework says 3 {ROCHFORD}" in result.words
    assert "this was a dry run" in result.words
    assert upheld(office) == (0, 1)


@pytest.mark.parametrize(
    ("more", "says", "why"),
    [
        (("--yes",), RIGHT, "give --reason"),
        (SIGNED, RIGHT, "there is nobody to ask: Reset case 19012345?"),
        (SIGNED, an_upheld_decision("19-9", version=7), "no event of case 19012345"),
        (SIGNED, "{", "case.jsonl, line 2: is not one event in JSON"),
    ],
)
def test_without_a_reason_a_yes_or_a_right_file_nothing_is_reset(
    office: Operators, more: tuple[str, ...], says: CaseState | str, why: str
) -> None:
    result = reset(office, *more, says=says)

    assert result.returncode == 2
    assert why in result.words
    assert upheld(office) == (0, 1)
