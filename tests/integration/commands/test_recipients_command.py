"""`annual-review recipients check`, and what loading the register says of its recipients."""

from __future__ import annotations

import pytest

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from tests.builders import OTHER_DISTRICT, ROCHFORD
from tests.integration.operators import Operators
from tests.unit.cli.commands import Result

HEADING = "code,addressee,job_title,salutation,email,cc\n"
FILES = ("--authorities", "A.csv", "--recipients", "R.csv")


def register(operators: Operators, *codes: str) -> None:
    lines = [f"{code},Council {code},district\n" for code in codes]
    text = "code,name,type\n" + "".join(lines)
    (operators.folder / "A.csv").write_text(text, encoding="utf-8")


def recipients(operators: Operators, name: str = "R.csv", /, **emails: str) -> None:
    lines = [f"{code},A,B,C,{email},\n" for code, email in emails.items()]
    (operators.folder / name).write_text(HEADING + "".join(lines), encoding="utf-8")


@pytest.fixture
def operators(operators: Operators) -> Operators:
    """One authority, its recipient in order."""
    register(operators, ROCHFORD)
    recipients(operators, **{ROCHFORD: "chief@rochford.gov.uk"})
    return operators


def check(operators: Operators, *arguments: str) -> Result:
    return operators.run("recipients", "check", *arguments)


class TestFiles:
    def test_recipients_in_order_are_said_to_be(self, operators: Operators) -> None:
        result = check(operators, *FILES)

        assert result.returncode == 0
        assert "Recipients: 1. Authorities in the register: 1." in result.words
        assert "No problems found" in result.words

    def test_an_authority_without_a_recipient_is_not_in_order(self, operators: Operators) -> None:
        register(operators, ROCHFORD, OTHER_DISTRICT)

        result = check(operators, *FILES)

        assert result.returncode == 1
        assert f"no recipient {OTHER_DISTRICT}" in result.words
        assert "closing the year refuses without one" in result.words

    def test_last_years_file_shows_who_moved(self, operators: Operators) -> None:
        recipients(operators, "L.csv", **{ROCHFORD: "chief@rochford.org.uk"})

        result = check(operators, *FILES, "--last-year", "L.csv")

        assert result.returncode == 1
        assert "Council E07000075 rochford.gov.uk; before, rochford.org.uk" in result.words

    def test_many_findings_of_a_kind_are_summed_up_unless_all_are_asked_for(
        self, operators: Operators
    ) -> None:
        codes = [f"E0700{number:04}" for number in range(100, 113)]
        register(operators, ROCHFORD, *codes)

        short, long = check(operators, *FILES), check(operators, *FILES, "--all")

        assert "and 3 more" in short.words
        assert codes[-1] not in short.words
        assert codes[-1] in long.words

    def test_a_file_that_is_wrong_is_wrong_input(self, operators: Operators) -> None:
        recipients(operators, **{ROCHFORD: "no address"})

        result = check(operators, *FILES)

        assert result.returncode == 2
        assert "line 2: email" in result.words

    @pytest.mark.parametrize("arguments", [(), FILES[:2], FILES[2:], ("--last-year", "R.csv")])
    def test_what_to_check_has_to_be_named(
        self, operators: Operators, arguments: tuple[str, ...]
    ) -> None:
        result = check(operators, *arguments)

        assert result.returncode == 2
        assert "say what to check" in result.words


class TestWhatIsLoaded:
    def test_the_recipients_of_a_deployed_system_are_checked(self, operators: Operators) -> None:
        operators.run("load-register", *FILES)

        assert check(operators, "--stack", "annual-review").returncode == 0

    def test_files_are_compared_with_what_is_loaded(self, operators: Operators) -> None:
        operators.run("load-register", *FILES)
        recipients(operators, **{ROCHFORD: "chief@elsewhere.gov.uk"})

        result = check(operators, *FILES, "--stack", "annual-review")

        assert result.returncode == 1
        assert "before, rochford.gov.uk" in result.words

    def test_a_stack_that_is_not_there_is_wrong_input(self, operators: Operators) -> None:
        assert check(operators, "--stack", "nowhere").returncode == 2


class TestLoading:
    def test_a_domain_that_differs_from_what_is_loaded_is_told_and_loaded(
        self, operators: Operators
    ) -> None:
        operators.run("load-register", *FILES)
        recipients(operators, **{ROCHFORD: "chief@elsewhere.gov.uk"})

        result = operators.run("load-register", *FILES)

        assert result.returncode == 0
        assert "elsewhere.gov.uk; before, rochford.gov.uk" in result.words
        directory = DynamoDBDirectory(operators.world.table)
        assert directory.recipients()[ROCHFORD].email == "chief@elsewhere.gov.uk"

    def test_recipients_in_order_are_loaded_without_a_word(self, operators: Operators) -> None:
        assert "To look at" not in operators.run("load-register", *FILES).words

    def test_a_missing_recipient_is_a_warning(self, operators: Operators) -> None:
        register(operators, ROCHFORD, OTHER_DISTRICT)

        result = operators.run("load-register", *FILES, "--dry-run")

        assert result.returncode == 0
        assert "warning:" in result.words
        assert f"no recipient {OTHER_DISTRICT}" in result.words
