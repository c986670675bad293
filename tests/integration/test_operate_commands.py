"""`annual-review load-register` and `approve`, as those who run a deployed system call them."""

from __future__ import annotations

import pytest

from annual_review.adapters.directory_table import DynamoDBDirectory
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.services.letters import Move
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.integration.operators import Operators, Result
from tests.integration.world import World, a_closed_year

AUTHORITIES = f"code,name,type\n{ROCHFORD},Rochford District Council,district\n"
HEADING = "code,addressee,job_title,salutation,email,cc\n"
CHIEF = "The Chief Executive,Chief Executive,Chief Executive,chief@rochford.example,\n"


def load(operators: Operators, *more: str, recipients: str = f"{ROCHFORD},{CHIEF}") -> Result:
    (operators.folder / "A.csv").write_text(AUTHORITIES, encoding="utf-8")
    (operators.folder / "R.csv").write_text(HEADING + recipients, encoding="utf-8")
    files = ("--authorities", "A.csv", "--recipients", "R.csv")
    return operators.run("load-register", *files, *more)


def states(operators: Operators) -> list[LetterState]:
    return [letter.state for letter in operators.world.letters.of_year(YEAR)]


@pytest.fixture
def prepared(deployed: World, operators: Operators) -> Operators:
    """Two letters are planned; one of them is prepared."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    letter = deployed.letters.get(a_letter_id())
    move = Move(LetterState.PREPARED, letter.since, "rendered", message_sha256="0" * 64)
    deployed.letters.move(letter.id, move, {letter.state})
    return operators


class TestLoadingTheRegister:
    def test_the_functions_find_what_was_loaded(self, operators: Operators) -> None:
        assert load(operators).returncode == 0

        directory = DynamoDBDirectory(operators.world.table)
        assert directory.register()[ROCHFORD].name == "Rochford District Council"
        assert directory.recipients()[ROCHFORD].email == "chief@rochford.example"

    def test_a_dry_run_changes_nothing_and_says_so(self, operators: Operators) -> None:
        result = load(operators, "--dry-run")

        assert result.returncode == 0
        assert "Nothing was changed" in result.words
        assert len(DynamoDBDirectory(operators.world.table).register()) == 0

    def test_a_file_that_is_wrong_loads_nothing(self, operators: Operators) -> None:
        result = load(operators, recipients=f"{ROCHFORD},A,B,C,no address,\n")

        assert result.returncode == 2
        assert "line 2: email" in result.words
        assert len(DynamoDBDirectory(operators.world.table).register()) == 0

    def test_a_recipient_without_an_authority_is_loaded_with_a_warning(
        self, operators: Operators
    ) -> None:
        result = load(operators, recipients=f"{ROCHFORD},{CHIEF}E06000060,{CHIEF}")

        assert result.returncode == 0
        assert "not in the register E06000060" in result.words
        recipients = DynamoDBDirectory(operators.world.table).recipients()
        assert AuthorityCode("E06000060") in recipients


class TestApproving:
    def test_what_is_prepared_is_approved_in_a_name(self, prepared: Operators) -> None:
        result = prepared.run("approve", "2020", "--by", "the data team")

        assert result.returncode == 0
        assert "Approved 1" in result.words
        assert "Left planned 1" in result.words
        assert states(prepared) == [LetterState.APPROVED, LetterState.PLANNED]
        history = prepared.world.letters.get(a_letter_id()).history
        assert history[-1].why == "approved by the data team"

    def test_a_dry_run_approves_nothing(self, prepared: Operators) -> None:
        result = prepared.run("approve", "2020", "--by", "me", "--dry-run")

        assert "Would be approved 1" in result.words
        assert states(prepared) == [LetterState.PREPARED, LetterState.PLANNED]

    def test_a_year_that_is_not_closed_has_nothing_to_approve(self, operators: Operators) -> None:
        result = operators.run("approve", "2020", "--by", "me")

        assert result.returncode == 2
        assert "close it first" in result.words

    def test_a_stack_that_is_not_there_is_told(self, operators: Operators) -> None:
        result = operators.run("approve", "2020", "--by", "me", "--stack", "elsewhere")

        assert result.returncode == 2
        assert "--stack" in result.words
