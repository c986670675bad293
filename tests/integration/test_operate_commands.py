"""`annual-review load-register`, as those who run a deployed system call it."""

from __future__ import annotations

from annual_review.adapters.directory_table import DynamoDBDirectory
from annual_review.domain.authorities import AuthorityCode
from tests.builders import ROCHFORD
from tests.integration.operators import Operators, Result

AUTHORITIES = f"code,name,type\n{ROCHFORD},Rochford District Council,district\n"
HEADING = "code,addressee,job_title,salutation,email,cc\n"
CHIEF = "The Chief Executive,Chief Executive,Chief Executive,chief@rochford.example,\n"


def load(operators: Operators, *more: str, recipients: str = f"{ROCHFORD},{CHIEF}") -> Result:
    (operators.folder / "A.csv").write_text(AUTHORITIES, encoding="utf-8")
    (operators.folder / "R.csv").write_text(HEADING + recipients, encoding="utf-8")
    files = ("--authorities", "A.csv", "--recipients", "R.csv")
    return operators.run("load-register", *files, *more)


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
