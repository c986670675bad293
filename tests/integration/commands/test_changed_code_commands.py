"""A code changes in the middle of a year end: operators may go on with either."""

from __future__ import annotations

import pytest

from annual_review.cli.commands.recording import load_register
from annual_review.domain.letters import LetterState
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.integration.letters import a_prepared_year
from tests.integration.operators import Operators
from tests.integration.world import World
from tests.unit.cli.commands import Result

NOW = "E07000999"
HEADING = "code,addressee,job_title,salutation,email\n"


def load(operators: Operators, now: str, former: str) -> Result:
    """Load the register in which Rochford District Council has another code."""
    register = f"code,name,type,former_codes\n{now},Rochford District Council,district,{former}\n"
    recipients = f"{HEADING}{now},A Chief,Chief Executive,Chief,chief@rochford.example\n"
    (operators.folder / "A.csv").write_text(register, encoding="utf-8")
    (operators.folder / "R.csv").write_text(recipients, encoding="utf-8")
    return operators.run("load-register", "--authorities", "A.csv", "--recipients", "R.csv")


@pytest.fixture
def changed(deployed: World, operators: Operators, monkeypatch: pytest.MonkeyPatch) -> Operators:
    """The year was closed under the former code, and then the register was loaded."""
    monkeypatch.setattr(load_register, "years_watched", lambda _last: [YEAR])
    a_prepared_year(deployed)
    assert load(operators, NOW, ROCHFORD).returncode == 0
    return operators


@pytest.mark.parametrize("named", [NOW, ROCHFORD])
def test_either_code_leads_to_the_letter(changed: Operators, named: str) -> None:
    (changed.folder / "N.csv").write_text(
        f"code,family,text\n{named},late_answers,Twice we waited.\n", encoding="utf-8"
    )

    for command in (
        f"status 2020 {named}",
        f"explain 2020 {named} decisions",
        f"preview 2020 {named} --out previewed.pdf",
        f"preview 2020 {named} --live --out today.pdf",
        f"paragraphs show 2020 {named}",
        f"reissue 2020 {named} --same-figures --reason a.wrong.name --dry-run",
        f"prepare 2020 --only {named}",
        "notes load 2020 N.csv",
        f"hold 2020 {named} --reason asked.for",
    ):
        result = changed.run(*command.split())
        assert result.returncode == 0, (command, result.words)

    listed = changed.run("notes", "list", "2020", named).words
    assert f"{ROCHFORD} Rochford District Council" in listed
    assert "Twice we waited." in listed
    assert changed.world.letters.get(a_letter_id()).state is LetterState.HELD


def test_two_letters_to_one_authority_are_told_until_one_is_held(
    deployed: World, operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_register, "years_watched", lambda _last: [YEAR])
    a_prepared_year(deployed)

    result = load(operators, ROCHFORD, OTHER_DISTRICT)

    assert result.returncode == 1
    assert f"letter 2020-1-{OTHER_DISTRICT} is one of two to the same authority" in result.words
    assert f"hold 2020 {OTHER_DISTRICT} --reason" in result.words
    operators.run("hold", "2020", OTHER_DISTRICT, "--reason", "one is enough")
    assert load(operators, ROCHFORD, OTHER_DISTRICT).returncode == 0
