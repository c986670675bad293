"""`annual-review close`, as an operator calls it after the schedule was refused."""

from __future__ import annotations

import getpass
import io
import json
from datetime import date
from typing import Any, NoReturn

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.services.errors import PortError
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.year_end.close_year import YearNotClosedError
from functions.close_year import handler
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_register,
    an_upheld_decision,
    recipients,
)
from tests.integration.operators import Operators
from tests.integration.world import FakeContext, World


class Functions:
    """Lambda: runs the function in this process, and tells of its errors as Lambda does."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answer: bytes | None = None

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 (AWS's names)
        assert FunctionName == "close-year"
        self.events.append(json.loads(Payload))
        try:
            done = handler.lambda_handler(self.events[-1], FakeContext())
            said = self.answer or json.dumps(done).encode()
        except Exception as error:  # noqa: BLE001 (as Lambda does)
            failure = {"errorMessage": str(error), "errorType": type(error).__name__}
            failed = json.dumps(failure).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(failed)}
        return {"Payload": io.BytesIO(said)}


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    made = Functions()
    monkeypatch.setattr(aws_clients, "functions", lambda: made)
    return made


@pytest.fixture
def year(deployed: World, operators: Operators, functions: Functions) -> Operators:
    """A year with a decision, which nothing keeps from being closed."""
    codes = (ROCHFORD, OTHER_DISTRICT)
    deployed.knows(a_register(*codes), recipients(*codes))
    deployed.cases.commit(CaseChange((CaseWrite(an_upheld_decision(), None),)))
    assert functions.events == []
    return operators


def test_a_year_is_closed_by_hand(year: Operators) -> None:
    told = year.run("close", "2020")

    assert told.returncode == 0
    assert "The year 2020 is closed, with 2 letters planned." in told.words
    assert len(year.world.letters.of_year(YEAR)) == 2
    assert year.world.closes.latest(YEAR) is not None


def test_a_dry_run_says_so_and_changes_nothing(year: Operators, functions: Functions) -> None:
    told = year.run("close", "2020", "--dry-run")

    assert told.returncode == 0
    assert "The year 2020 would be closed, with 2 letters planned." in told.words
    assert year.world.closes.latest(YEAR) is None
    assert (list(year.world.letters.of_year(YEAR)), year.world.requests("prepare")) == ([], [])
    assert functions.events == [{"year": 2020, "dry_run": True}]


@pytest.mark.parametrize("command", [("close", "2020", "--dry-run"), ("reconcile", "2020")])
def test_what_does_not_fit_together_is_listed_and_hinders_nothing(
    year: Operators, command: tuple[str, ...]
) -> None:
    lost = a_compliance_outcome("19-7", authority=OTHER_DISTRICT)
    year.world.cases.commit(CaseChange((CaseWrite(lost, None),)))

    told = year.run(*command)

    assert told.returncode == 0
    assert "what does not fit together, and counts all the same (1):" in told.words
    assert "case 19-7: a compliance outcome counts for" in told.words
    assert "no decision is recorded" in told.words
    assert "annual-review reset-case REFERENCE" in told.words


def test_every_reason_of_a_refusal_stands_on_a_line_of_its_own(
    year: Operators, functions: Functions
) -> None:
    year.world.knows(a_register(ROCHFORD, OTHER_DISTRICT, "E07000001"), {})

    told = year.run("close", "2020", "--stack", "rehearsal")

    reasons = [line for line in told.stderr.splitlines() if line.startswith("  - ")]
    assert (told.returncode, len(reasons)) == (1, 1)
    assert "no recipient for the letter of Council E07000001 (E07000001): add one" in reasons[0]
    assert "then run: annual-review close 2020 --stack rehearsal" in told.words
    # It was only tried: no alarm rings for what its operator is told.
    assert functions.events == [{"year": 2020, "dry_run": True}]


def test_a_closed_year_keeps_its_figures(year: Operators) -> None:
    year.run("close", "2020")
    before = year.world.closes.of_year(YEAR)

    tried = year.run("close", "2020", "--dry-run")
    told = year.run("close", "2020")

    assert "was closed before; its figures stay" in told.words
    assert "missing and would be planned: 0." in tried.words
    assert year.world.closes.of_year(YEAR) == before


def test_a_year_without_an_edition_is_one_reason_among_the_others(year: Operators) -> None:
    told = year.run("close", "2099", "--dry-run")

    assert told.returncode == 1
    assert "the year 2099 ends on 2099-03-31" in told.words
    assert "no decision of 2099 is recorded" in told.words
    assert "the deployment has no edition of 2099 that can be used" in told.words
    assert "This checkout has none of 2099 either" in told.words
    assert "annual-review edition new 2099 --from 2026" in told.words
    assert "settings.toml" not in told.words


def test_an_edition_that_is_here_and_not_deployed_is_to_be_deployed(
    year: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "EDITIONS", year.folder)
    year.world.knows(a_register(ROCHFORD, OTHER_DISTRICT, "E07000001"), {})

    told = year.run("close", "2020", "--dry-run")

    assert told.returncode == 1
    assert "the deployment has no edition of 2020" in told.words
    assert "This checkout has one of 2020: deploy it." in told.words
    assert "no recipient for the letter of Council E07000001" in told.words
    assert str(year.folder) not in told.words


@pytest.fixture
def few(year: Operators) -> Operators:
    """A year with one decision, after one with three that was never closed."""
    before = (
        an_upheld_decision(reference, decided_on=date(2018, 11, 5)) for reference in ("1", "2", "3")
    )
    year.world.cases.commit(CaseChange(tuple(CaseWrite(state, None) for state in before)))
    return year


ACCEPT = ("--accept-volume", "--reason", "the office was shut")


def test_a_volume_that_is_questioned_is_told_with_the_command_that_accepts_it(
    few: Operators,
) -> None:
    told = few.run("close", "2020", "--dry-run", "--stack", "rehearsal")

    assert told.returncode == 1
    assert "- 1 decision of 2020, under half of the 3 of 2019: find out why" in told.words
    accept = 'annual-review close 2020 --accept-volume --reason "…" --stack rehearsal'
    assert f"If so many decisions are right, accept them: {accept}" in told.words


def test_the_schedule_refuses_until_a_person_accepts_the_volume_by_name(few: Operators) -> None:
    scheduled = {"scheduled_at": "2020-04-15T05:00:00Z"}
    with pytest.raises(YearNotClosedError, match="under half of the 3 of 2019"):
        handler.lambda_handler(scheduled, FakeContext())
    few.world.knows(a_register(ROCHFORD, OTHER_DISTRICT, COUNTY), {})

    told = few.run("close", "2020", *ACCEPT, "--by", "A. Person")

    assert told.returncode == 1
    accepted = "Accepted by A. Person: 1 decision of 2020, under half of the 3 of 2019."
    assert f"{accepted} the office was shut" in told.words
    assert "Reasons: 1 - no recipient for the letter of Council E10000012" in told.words
    few.world.knows(a_register(COUNTY), recipients(COUNTY))
    assert handler.lambda_handler(scheduled, FakeContext())["letters"] == 3


def test_accepting_closes_the_year_where_nothing_else_keeps_it_open(few: Operators) -> None:
    tried = few.run("close", "2020", *ACCEPT, "--dry-run")
    assert few.world.volumes.get(YEAR).history == ()

    told = few.run("close", "2020", *ACCEPT)

    assert (tried.returncode, told.returncode) == (0, 0)
    assert "The year 2020 would be closed, with 2 letters planned." in tried.words
    assert "The year 2020 is closed, with 2 letters planned." in told.words
    (accepted,) = few.world.volumes.get(YEAR).history
    assert (accepted.by, accepted.reason) == (getpass.getuser(), "the office was shut")


def test_what_was_accepted_stands_in_status_and_report(few: Operators) -> None:
    few.run("close", "2020", *ACCEPT, "--by", "A. Person")

    status = few.run("status", "2020")
    record = json.loads(few.run("status", "2020", "--json").stdout)["volume_accepted"]
    report = few.run("report", "2020")
    page = (few.folder / "out/2020/dispatch.html").read_text(encoding="utf-8")

    seen = "1 decision of 2020, under half of the 3 of 2019; A. Person, "
    assert f"Volume accepted {seen}" in status.words
    assert [(each["decisions"], each["year_before"], each["by"]) for each in record] == [
        (1, 3, "A. Person")
    ]
    assert f"Volume accepted: {seen}" in report.words
    assert f"<p>Volume accepted: {seen}" in page


def test_a_volume_like_the_year_before_needs_nobody_to_accept_it(year: Operators) -> None:
    told = year.run("close", "2020", *ACCEPT)

    assert told.returncode == 0
    assert "The volume needs nobody to accept it: 1 decision of 2020." in told.words
    assert year.world.volumes.get(YEAR).history == ()


@pytest.mark.parametrize(
    "arguments", [("--accept-volume",), ("--reason", "so it is"), ("--by", "A. Person")]
)
def test_a_volume_is_accepted_with_a_reason_and_a_reason_accepts_a_volume(
    few: Operators, functions: Functions, arguments: tuple[str, ...]
) -> None:
    assert few.run("close", "2020", *arguments).returncode == 2
    assert functions.events == []


def test_what_the_function_says_of_its_failure_is_told(
    year: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> NoReturn:
        raise PortError("the table is not to be read")

    monkeypatch.setattr(handler, "service", fails)

    told = year.run("close", "2020")

    assert told.returncode == 4
    assert "close_year failed: the table is not to be read" in told.words


def test_an_answer_that_nobody_can_read_is_no_success(
    year: Operators, functions: Functions
) -> None:
    functions.answer = b"null"

    told = year.run("close", "2020", "--dry-run")

    assert (told.returncode, "not one that can be read" in told.words) == (4, True)


def test_a_stack_of_an_earlier_template_is_told_so(year: Operators) -> None:
    told = year.run("close", "2020", "--stack", "older")

    assert (told.returncode, "deploy its present template" in told.words) == (4, True)
