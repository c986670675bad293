"""`annual-review load-register`, as those who run a deployed system call it."""

from __future__ import annotations

import pytest

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.cli.commands.recording import load_register
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter import Move
from tests.builders import ROCHFORD, YEAR, a_letter_id
from tests.integration.letters import NOW, a_prepared_year, queued
from tests.integration.operators import Operators
from tests.integration.world import World
from tests.unit.cli.commands import Result

AUTHORITIES = f"code,name,type\n{ROCHFORD},Rochford District Council,district\n"
HEADING = "code,addressee,job_title,salutation,email,cc\n"
CHIEF = "The Chief Executive,Chief Executive,Chief Executive,chief@rochford.example,\n"


def load(
    operators: Operators,
    *more: str,
    recipients: str = f"{ROCHFORD},{CHIEF}",
    separator: str = ",",
    register: str = AUTHORITIES,
) -> Result:
    (operators.folder / "A.csv").write_text(register, encoding="utf-8")
    (operators.folder / "R.csv").write_text(
        (HEADING + recipients).replace(",", separator), encoding="utf-8"
    )
    files = ("--authorities", "A.csv", "--recipients", "R.csv")
    return operators.run("load-register", *files, *more)


class TestLoadingTheRegister:
    def test_the_functions_find_what_was_loaded(self, operators: Operators) -> None:
        assert load(operators).returncode == 0

        directory = DynamoDBDirectory(operators.world.table)
        assert directory.register()[ROCHFORD].name == "Rochford District Council"
        assert directory.recipients()[ROCHFORD].email == "chief@rochford.example"

    def test_how_a_file_of_a_spreadsheet_was_read_is_told(self, operators: Operators) -> None:
        result = load(operators, recipients=f"{ROCHFORD},{CHIEF}", separator=";")

        assert result.returncode == 0
        assert "R.csv was read as UTF-8, separated by semicolons." in result.stderr.splitlines()

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

    def test_nothing_is_loaded_that_a_letter_could_not_print(self, operators: Operators) -> None:
        result = load(operators, recipients=f"{ROCHFORD},{CHIEF.replace('The', '🎉', 1)}")

        assert result.returncode == 2
        assert "addressee: U+1F389 (PARTY POPPER)" in result.words
        assert "letters could not be sent with these: nothing was loaded" in result.words
        assert len(DynamoDBDirectory(operators.world.table).register()) == 0

    def test_nothing_is_loaded_whose_letter_would_go_to_more_mailboxes_than_a_message_has(
        self, operators: Operators
    ) -> None:
        register = (
            "code,name,type,in_being_to,successor\n"
            f"{ROCHFORD},Old,district,2020-03-31,E06000060+E06000061\n"
            "E06000060,North,unitary,,\nE06000061,South,unitary,,\n"
        )
        copies = {
            code: ";".join(f"box{number}@{code}.gov.uk" for number in range(49))
            for code in ("E06000060", "E06000061")
        }
        rows = "".join(f"{code},A,B,C,c@{code}.gov.uk,{cc}\n" for code, cc in copies.items())

        result = load(operators, register=register, recipients=rows)

        assert result.returncode == 2
        assert "its letter has 51 mailboxes" in result.words
        assert len(DynamoDBDirectory(operators.world.table).register()) == 0

    def test_a_recipient_without_an_authority_is_loaded_with_a_warning(
        self, operators: Operators
    ) -> None:
        result = load(operators, recipients=f"{ROCHFORD},{CHIEF}E06000060,{CHIEF}")

        assert result.returncode == 0
        assert "not in the register E06000060" in result.words
        recipients = DynamoDBDirectory(operators.world.table).recipients()
        assert AuthorityCode("E06000060") in recipients


class TestLettersThatAreMadeFromIt:
    @pytest.fixture
    def closed(
        self, deployed: World, operators: Operators, monkeypatch: pytest.MonkeyPatch
    ) -> Operators:
        """A closed year whose letters are looked after; that of Rochford is approved."""
        monkeypatch.setattr(load_register, "years_watched", lambda _last: [YEAR])
        a_prepared_year(deployed)
        operators.run("approve", "2020")
        return operators

    def test_one_that_goes_to_somebody_else_now_is_taken_back(self, closed: Operators) -> None:
        result = load(closed)

        assert result.returncode == 0
        assert "Letters to be prepared again 1" in result.words
        letter = closed.world.letters.get(a_letter_id())
        assert (letter.state, letter.approved_sha256) == (LetterState.PLANNED, None)
        assert letter.history[-1].why.startswith("recipient or register changed by")
        assert a_letter_id() in queued(closed, "prepare")
        assert "Entries that changed 0" in load(closed).words

    def test_one_that_is_on_its_way_is_told(self, closed: Operators) -> None:
        letter = closed.world.letters.get(a_letter_id())
        closed.world.letters.move(letter, Move(LetterState.CLAIMED, NOW, "about to be sent"))

        result = load(closed)

        assert result.returncode == 1
        assert "(E07000075): letter 2020-1-E07000075 is on its way to the recipient" in result.words
        directory = closed.world.directory
        assert directory.recipients()[ROCHFORD].email == "chief@rochford.example"
