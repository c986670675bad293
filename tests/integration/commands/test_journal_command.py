"""`annual-review journal`: who did what in a year, out of the records of a deployed system."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.builders import OTHER_DISTRICT, ROCHFORD
from tests.integration.operators import Operators
from tests.integration.world import World, a_closed_year


@pytest.fixture
def operators(deployed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operators:
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    operators = Operators(deployed, tmp_path, monkeypatch)
    for who, code in (("Ann", ROCHFORD), ("Ben", OTHER_DISTRICT)):
        operators.run("hold", "2020", code, "--by", who, "--reason", "=doubts")
    operators.run("unhold", "2020", ROCHFORD, OTHER_DISTRICT, "--by", "Ann")
    return operators


def test_it_lists_acts_with_who_and_why_newest_first(operators: Operators) -> None:
    lines = operators.run("journal", "2020").stdout.splitlines()
    told = [line for line in lines if "letter:" in line]
    assert ["taken off hold" in line for line in told] == [True, False, False]
    assert "2 letters" in told[0]
    assert "held by Ben: =doubts" in told[1]
    assert any("figures: frozen" in line for line in lines)


def test_it_lists_what_one_person_did_or_what_concerns_one_authority(operators: Operators) -> None:
    of_ben = json.loads(operators.run("journal", "2020", "--by", "Ben", "--json").stdout)["entries"]
    assert [(each["by"], each["what"]) for each in of_ben] == [("Ben", "held")]
    text = operators.run("journal", "2020", "--authority", ROCHFORD, "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(each["by"], each["what"]) for each in rows] == [
        ("Ann", "taken off hold"),
        ("Ann", "held"),
    ]
    assert operators.run("journal", "2020", "--kind", "note").words == (
        "Nothing of the kind happened in 2020."
    )
