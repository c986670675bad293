"""`annual-review import`, as those who bring past decisions call it."""

from __future__ import annotations

import json
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.domain.cases import CaseState, DecisionOutcome
from annual_review.domain.tallies import Tally, TallyKey, tally_of
from functions.record_decisions import handler as record_decisions
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_register,
    a_withdrawal,
    an_event,
    an_upheld_decision,
)
from tests.integration.faults import Fault, FaultyClient, an_error, as_it_is, before
from tests.integration.operators import BUS, Operators
from tests.integration.world import FakeContext, World, a_closed_year

SAMPLES = Path(__file__).parents[3] / "events" / "samples" / "import"
STATES = (
    an_upheld_decision("1"),
    a_decision(DecisionOutcome.NOT_UPHELD, "2"),
    an_upheld_decision("2", version=2, authority=OTHER_DISTRICT, previous_authorities=[ROCHFORD]),
    an_upheld_decision("3"),
    a_withdrawal("3"),
    a_compliance_outcome("1"),
)
SOUND = [json.dumps(an_event(state)) for state in STATES]


class Casework:
    """A bus whose events come to the queue of decisions, and files to be put on it."""

    def __init__(self, operators: Operators, monkeypatch: pytest.MonkeyPatch) -> None:
        self.operators = operators
        self._monkeypatch = monkeypatch
        events = aws_clients.events()
        events.put_rule(Name="all", EventBusName=BUS, EventPattern='{"source": [{"prefix": ""}]}')
        queue = operators.world.urls["decisions"].rpartition("/")[2]
        arn = f"arn:aws:sqs:eu-west-2:123456789012:{queue}"
        events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "1", "Arn": arn}])

    def write(self, *lines: str, name: str = "events.jsonl") -> None:
        (self.operators.folder / name).write_text("".join(f"{line}\n" for line in lines))

    def failing(self, *script: Fault) -> FaultyClient:
        """Let the bus fail by a script."""
        client = FaultyClient(aws_clients.events(), put_events=script)
        self._monkeypatch.setattr(aws_clients, "events", lambda: client)
        return client

    def arrived(self) -> list[str]:
        """Take what came to the queue of decisions: the references of its cases, in order."""
        batch = self.operators.world.batch("decisions")
        return [json.loads(each["body"])["detail"]["case_reference"] for each in batch["Records"]]


@pytest.fixture
def casework(operators: Operators, monkeypatch: pytest.MonkeyPatch) -> Casework:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    operators.world.knows(a_register(*{state.authority for state in STATES}), {})
    casework = Casework(operators, monkeypatch)
    casework.write(*SOUND)
    return casework


def a_decision_of_2019() -> CaseState:
    return an_upheld_decision("18-1", decided_on=date(2018, 11, 5))


def record(world: World) -> None:
    """Let what lies in the queue be recorded."""
    record_decisions.lambda_handler(world.batch("decisions"), FakeContext())


def test_importing_the_same_file_twice_changes_nothing(casework: Casework, deployed: World) -> None:
    tallies: list[tuple[Tally, Tally]] = []
    for _ in range(2):
        result = casework.operators.run("import", "events.jsonl")
        assert result.returncode == 0, result.stderr
        assert result.stdout.split()[-2:] == ["Published", "6"]
        record(deployed)
        tallies.append((deployed.tally(), deployed.tally(OTHER_DISTRICT)))

    final = tally_of([STATES[0], STATES[2], STATES[4], STATES[5]])
    here, there = (TallyKey(code, YEAR) for code in (ROCHFORD, OTHER_DISTRICT))
    assert tallies == [(final[here], final[there])] * 2
    assert deployed.dead_letters("decisions-dead") == []


def test_a_spreadsheet_is_imported_by_its_mapping(casework: Casework) -> None:
    for name in ("decisions.csv", "mapping.toml"):
        shutil.copyfile(SAMPLES / name, casework.operators.folder / name)
    arguments = ("import", "decisions.csv", "--format", "csv", "--mapping", "mapping.toml")

    result = casework.operators.run(*arguments)

    assert result.returncode == 0, result.stderr
    assert result.stderr.count("decisions.csv was read as UTF-8, separated by semicolons.") == 1
    assert sorted(casework.arrived()) == ["19012345", "19012345", "19012346"]


def test_nothing_is_published_unless_every_line_is_sound(casework: Casework) -> None:
    casework.write(SOUND[0], "{", SOUND[1], *["[]"] * 30)

    result = casework.operators.run("import", "events.jsonl")

    assert result.returncode == 3
    assert "line 2: is not one event in JSON" in result.stderr
    assert result.stderr.count("warning:") == 20
    assert "Sound 2 of these, duplicates 0 of these, superseded versions 0 Rejected 31" in (
        result.words
    )
    assert "Nothing was published." in result.stdout
    problems = (casework.operators.folder / "events.jsonl.problems.jsonl").read_text().splitlines()
    assert len(problems) == 31
    assert json.loads(problems[0]) == {
        "line_number": 2,
        "reason": "not_json",
        "words": "is not one event in JSON: begin a line for each, and end it with the event",
        "line": "{",
    }
    assert casework.arrived() == []


def test_lines_that_are_not_sound_can_be_skipped(casework: Casework) -> None:
    casework.write(SOUND[0], "{", ELSEWHERE, SOUND[3])

    result = casework.operators.run("import", "events.jsonl", "--skip-rejected")

    assert result.returncode == 3
    assert sorted(casework.arrived()) == ["1", "3"]


@pytest.mark.parametrize(("line", "status"), [("", 0), ("{", 3)])
def test_a_check_needs_no_stack_and_publishes_nothing(
    casework: Casework, line: str, status: int
) -> None:
    casework.write(*SOUND, line)

    result = casework.operators.run("import", "events.jsonl", "--check")

    assert result.returncode == status
    assert "Not checked: the codes of authorities." in result.words
    assert "Not checked: which years are closed, and what is recorded." in result.words
    assert casework.arrived() == []


CONTRADICTING = json.dumps(an_event(a_decision(DecisionOutcome.NOT_UPHELD, "1")))
ELSEWHERE = json.dumps(an_event(an_upheld_decision("9", authority="E99999999")))


def problems(casework: Casework) -> list[tuple[int, str]]:
    text = (casework.operators.folder / "events.jsonl.problems.jsonl").read_text(encoding="ascii")
    records = [json.loads(line) for line in text.splitlines()]
    return [(each["line_number"], each["reason"]) for each in records]


def test_a_check_finds_versions_that_contradict_each_other_without_any_stack(
    casework: Casework,
) -> None:
    casework.write(SOUND[0], "{", CONTRADICTING)

    result = casework.operators.run("import", "events.jsonl", "--check")

    assert result.returncode == 3
    assert problems(casework) == [(2, "not_json"), (3, "version_contradicts: version 1")]
    assert "Sound 1" in result.words


def test_a_check_looks_codes_up_in_the_register_that_it_is_given(casework: Casework) -> None:
    casework.write(SOUND[0], ELSEWHERE)
    register = f"code,name,type\n{ROCHFORD},Rochford,district\n"
    (casework.operators.folder / "A.csv").write_text(register)
    arguments = ("import", "events.jsonl", "--check", "--authorities", "A.csv")

    result = casework.operators.run(*arguments)

    assert (result.returncode, problems(casework)) == (3, [(2, "unknown_authority: E99999999")])
    assert "Not checked: the codes" not in result.words


@pytest.mark.parametrize("more", [("--check", "--stack", "annual-review"), ()])
def test_a_file_whose_every_event_would_be_a_dead_letter_is_no_success(
    casework: Casework, deployed: World, more: tuple[str, ...]
) -> None:
    casework.operators.run("import", "events.jsonl")
    record(deployed)
    casework.write(ELSEWHERE, CONTRADICTING)

    result = casework.operators.run("import", "events.jsonl", *more)

    assert result.returncode == 3
    assert [line for line, _ in problems(casework)] == [1, 2]
    assert "Sound 0" in result.words
    skipped = casework.operators.run("import", "events.jsonl", "--skip-rejected")
    assert (skipped.returncode, casework.arrived()) == (3, [])


def test_a_check_says_what_is_recorded_already_and_changes_nothing(
    casework: Casework, deployed: World
) -> None:
    casework.operators.run("import", "events.jsonl")
    record(deployed)
    before = deployed.tally()

    result = casework.operators.run("import", "events.jsonl", "--check", "--stack", "rehearsal")

    assert result.returncode == 0
    assert "Sound 6 of these, duplicates 4 of these, superseded versions 2" in result.words
    assert (deployed.tally(), casework.arrived()) == (before, [])


def test_events_of_a_year_that_is_closed_are_told_and_imported_all_the_same(
    casework: Casework, deployed: World
) -> None:
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    casework.write(*SOUND, json.dumps(an_event(a_decision_of_2019())))
    check = ("import", "events.jsonl", "--check")

    offline = casework.operators.run(*check)
    checked = casework.operators.run(*check, "--stack", "annual-review")
    imported = casework.operators.run("import", "events.jsonl")

    assert (offline.returncode, checked.returncode, imported.returncode) == (0, 1, 0)
    told = "what counts in 2020 changes by 3 cases, and that year is closed"
    assert (told in offline.words, told in checked.words, told in imported.words) == (
        (False, True, True)
    )
    assert "what counts in 2019" not in checked.words


def test_a_stack_that_can_t_be_read_is_no_sound_file(
    casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = FaultyClient(
        aws_clients.dynamodb(), batch_get_item=[before(an_error("AccessDeniedException"))] * 8
    )
    monkeypatch.setattr(aws_clients, "dynamodb", lambda: client)

    result = casework.operators.run("import", "events.jsonl")

    assert result.returncode == 4
    assert "stored cases can't be read" in result.words
    assert casework.arrived() == []


def a_long_file(casework: Casework) -> list[str]:
    lines = [json.dumps(an_event(case_reference=str(n))) for n in range(1, 26)]
    casework.write(*lines)
    return lines


def test_an_import_that_broke_off_is_run_again(casework: Casework) -> None:
    a_long_file(casework)
    client = casework.failing(as_it_is, before(an_error("AccessDeniedException")))

    result = casework.operators.run("import", "events.jsonl")

    assert result.returncode == 4
    assert "AccessDeniedException" in result.stderr
    assert "What was published stays. Import the file again" in result.stderr
    assert len(client.called("put_events")) == 2
    assert sorted(map(int, casework.arrived())) == list(range(1, 11))

    assert casework.operators.run("import", "events.jsonl").returncode == 0
    assert sorted(map(int, casework.arrived())) == list(range(1, 26))


def test_a_person_who_stops_it_is_told_how_to_go_on(casework: Casework) -> None:
    interrupt: Any = KeyboardInterrupt()
    casework.failing(before(interrupt))

    result = casework.operators.run("import", "events.jsonl")

    assert result.returncode == 1
    assert "Import the file again" in result.stderr


def test_a_file_that_changes_under_the_import_is_not_called_imported(casework: Casework) -> None:
    lines = a_long_file(casework) * 8
    casework.write(*lines)

    def change(call: Any) -> object:  # noqa: ANN401 (a call of the client)
        casework.write(*lines[:-1], "{" * len(lines[-1]))
        return call.make()

    casework.failing(change)

    result = casework.operators.run("import", "events.jsonl")

    assert result.returncode == 2
    assert "the file was changed while it was imported" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-file",),
        ("events.jsonl", "--format", "csv"),
        ("events.jsonl", "--mapping", "events.jsonl"),
        ("events.jsonl", "--format", "csv", "--mapping", "events.jsonl"),
        ("events.jsonl", "--stack", "unknown"),
        ("events.jsonl", "--check", "--stack", "unknown"),
        ("events.jsonl", "--authorities", "events.jsonl"),
    ],
)
def test_wrong_usage_ends_with_two(casework: Casework, arguments: tuple[str, ...]) -> None:
    result = casework.operators.run("import", *arguments)

    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("more", [(), ("--check",)])
def test_an_empty_file_is_told(casework: Casework, more: tuple[str, ...]) -> None:
    casework.write()

    result = casework.operators.run("import", "events.jsonl", *more)

    assert result.returncode == 1
    assert "the file holds no event" in result.stderr
