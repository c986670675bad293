"""`annual-review dead-letters`, as operators call it."""

from __future__ import annotations

import csv
import getpass
import io
import json
from collections.abc import Mapping

import pytest

from annual_review import console
from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.invocation.queue_batches import messages_of
from tests.builders import a_letter_id, a_message, a_register, an_event, an_upheld_decision
from tests.integration.operators import Operators
from tests.integration.world import World

SOUND = a_message(an_upheld_decision("19-1")).body
UNKNOWN = a_message(an_upheld_decision("19-2", authority="E99999999")).body
BROKEN = json.dumps(an_event(an_upheld_decision("19-3"), version="1"))


@pytest.fixture
def ids(operators: Operators) -> dict[str, str]:
    """Three dead letters by their bodies; one of them would now be recorded."""
    world = operators.world
    world.knows(a_register(), {})
    put(world, SOUND, "unknown_authority: E07000075")
    put(world, UNKNOWN, "unknown_authority: E99999999")
    put(world, BROKEN, "invalid_field: detail.version (int_type)")
    return {letter.body: letter.id for letter in operators.dead_letters("decisions")}


def put(world: World, body: str, reason: str, queue: str = "decisions", size: int = 2**20) -> None:
    dead_letters = SqsDeadLetters(
        aws_clients.sqs(), world.urls[f"{queue}-dead"], lambda: world.documents, size
    )
    dead_letters.put(a_message(body), reason)


def left(world: World, queue: str = "decisions-dead") -> set[str]:
    return {letter.body for letter in world.dead_letters(queue)}


def replayed(world: World, queue: str = "decisions") -> set[str]:
    return {message["Body"] for message in world.take(queue)}


def test_the_list_tells_what_can_be_told_and_takes_nothing_away(
    operators: Operators, ids: dict[str, str]
) -> None:
    for _ in range(2):
        result = operators.run("dead-letters", "list")

        assert result.returncode == 0, result.stderr
        [line] = [line for line in result.stdout.splitlines() if ids[UNKNOWN][:8] in line]
        assert "unknown_authority: E99999999" in line
        assert line.rstrip().endswith("Decision Recorded, case 19-2, E99999999")
        assert "case 19-1, Council E07000075 (E07000075)" in result.stdout
        assert result.stdout.split()[-6:] == [
            *("Messages", "3", "invalid_field", "1", "unknown_authority", "2")
        ]
        assert result.stderr == ""
    assert left(operators.world) == {SOUND, UNKNOWN, BROKEN}


@pytest.mark.parametrize("columns", [80, 60])
def test_the_list_fits_a_terminal_with_every_id_whole(
    operators: Operators, ids: dict[str, str], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(operators.world, SOUND, "invalid_field: detail.service_improvements.12.type (string_type)")
    monkeypatch.setenv("COLUMNS", str(columns))

    result = operators.run("dead-letters", "list", columns=columns)

    assert max(map(len, result.stdout.splitlines())) <= columns
    assert all(f" {id_[:8]} " in result.stdout for id_ in ids.values())


def test_machines_are_told_the_same_with_whole_ids(
    operators: Operators, ids: dict[str, str]
) -> None:
    listed = json.loads(operators.run("dead-letters", "list", "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(operators.run("dead-letters", "list", "--csv").stdout)))

    assert (listed["queue"], listed["held"]) == ("decisions", 3)
    assert {each["id"] for each in listed["messages"]} == set(ids.values())
    [row] = [each for each in rows if each["id"] == ids[SOUND]]
    assert row["name"] == "Council E07000075"
    assert (row["reason"], row["case_reference"]) == ("unknown_authority: E07000075", "19-1")
    [record] = [each for each in listed["messages"] if each["id"] == ids[SOUND]]
    assert {name: str(value) for name, value in record.items()} == row


def test_runs_of_schedules_that_failed_have_a_queue_of_their_own(operators: Operators) -> None:
    send(
        operators.world,
        {
            "requestContext": {
                "functionArn": "arn:aws:lambda:eu-west-2:123456789012:function:close:$LATEST",
                "condition": "RetriesExhausted",
            },
            "requestPayload": {"scheduled_at": "2026-04-15T05:00:00Z"},
            "responsePayload": {"errorType": "YearNotClosedError"},
        },
    )
    send(
        operators.world,
        {"scheduled_at": "2026-07-22T08:00:00Z"},
        ERROR_CODE="ResourceNotFoundException",
        TARGET_ARN="arn:aws:lambda:eu-west-2:123456789012:function:release",
    )
    schedules = ("--queue", "schedules")

    listed = operators.run("dead-letters", "list", *schedules).words
    replayed_ = operators.run("dead-letters", "replay", "--all", "--force", *schedules)
    done = ("dead-letters", "discard", "--reason-is", "run_failed", "--reason", "closed", "--yes")

    assert "run_failed: YearNotClosedError close, scheduled 2026-04-15T05:00:00Z" in listed
    assert "not_delivered: ResourceNotFoundException release, scheduled 2026-07-22T" in listed
    assert replayed_.returncode == 2
    assert "can't be replayed: close or release the year by hand" in replayed_.words
    assert operators.run(*done, *schedules).returncode == 0
    assert len(left(operators.world, "schedules-dead")) == 1


def send(world: World, body: Mapping[str, object], **attributes: str) -> None:
    aws_clients.sqs().send_message(
        QueueUrl=world.urls["schedules-dead"],
        MessageBody=json.dumps(body),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )


def test_the_list_says_that_somebody_else_is_looking(
    operators: Operators, ids: dict[str, str]
) -> None:
    url = operators.world.urls["decisions-dead"]
    aws_clients.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=1)

    result = operators.run("dead-letters", "list")

    assert sum(id_[:8] in result.stdout for id_ in ids.values()) == 2
    assert "counts about 3 messages and showed 2" in result.words


def test_a_message_can_not_play_tricks_on_the_table(operators: Operators) -> None:
    event = an_event(case_reference="[red]\x1b[2J", authority="x" * 100)
    put(operators.world, json.dumps(event), "invalid_field: detail.authority")

    result = operators.run("dead-letters", "list")

    assert "[red]?[2J" in result.stdout
    assert f"{'x' * 60}…" in "".join(result.stdout.split())


def test_a_message_is_shown_whole_though_it_was_too_large(operators: Operators) -> None:
    put(operators.world, "{“é" * 500, "not_json", size=500)
    [letter] = operators.dead_letters("decisions")

    result = operators.run("dead-letters", "show", letter.id)

    assert (result.returncode, result.stdout) == (0, "{“é" * 500 + "\n")
    assert "reason: not_json" in result.stderr


def test_what_would_now_be_recorded_is_replayed_and_the_rest_refused(
    operators: Operators, ids: dict[str, str]
) -> None:
    result = operators.run("dead-letters", "replay", "--all")

    assert result.returncode == 1
    assert f"{ids[UNKNOWN]} refused: rejected again: unknown_authority: E99999999" in result.words
    assert f"{ids[BROKEN]} refused: rejected again: invalid_field" in result.words
    assert "Refused 2 Replayed 1" in result.words
    assert replayed(operators.world) == {SOUND}
    assert left(operators.world) == {UNKNOWN, BROKEN}


@pytest.mark.parametrize("count", [1, 2])
def test_named_messages_are_replayed(operators: Operators, ids: dict[str, str], count: int) -> None:
    # An id that is named twice is one message.
    result = operators.run("dead-letters", "replay", *([ids[SOUND]] * count))

    assert (result.returncode, "Replayed 1" in result.words) == (0, True)
    assert replayed(operators.world) == {SOUND}


def test_all_of_one_reason_are_replayed_by_force(operators: Operators, ids: dict[str, str]) -> None:
    result = operators.run("dead-letters", "replay", "--reason", "unknown_authority", "--force")

    assert result.returncode == 0, result.stderr
    assert replayed(operators.world) == {SOUND, UNKNOWN}
    assert left(operators.world) == {BROKEN}
    assert len(ids) == 3


def test_a_dry_run_replays_and_discards_nothing(operators: Operators, ids: dict[str, str]) -> None:
    result = operators.run("dead-letters", "replay", "--all", "--dry-run")
    discarding = ("dead-letters", "discard", ids[SOUND], "--reason", "x", "--dry-run")

    assert (result.returncode, operators.run(*discarding).returncode) == (1, 0)
    assert "Would be refused 2 Would be replayed 1 Nothing was changed" in result.words
    assert replayed(operators.world) == set()
    assert left(operators.world) == {SOUND, UNKNOWN, BROKEN}
    assert list(operators.world.kept()) == []


def test_a_discarded_message_is_kept_in_the_bucket(
    operators: Operators, ids: dict[str, str]
) -> None:
    reason = ("--reason", "published again", "--by", "A. Operator")

    result = operators.run("dead-letters", "discard", ids[BROKEN], *reason)

    assert result.returncode == 0, result.stderr
    key = f"discarded/decisions/{ids[BROKEN]}.json"
    record = json.loads(operators.world.documents.get(key))
    assert record["body"] == BROKEN
    assert record["discarded_because"] == "published again"
    assert record["discarded_by"] == "A. Operator"
    assert left(operators.world) == {SOUND, UNKNOWN}


def test_all_of_one_reason_are_discarded_by_whoever_says_yes(
    operators: Operators, ids: dict[str, str]
) -> None:
    command = ("dead-letters", "discard", "--reason-is", "unknown_authority", "--reason", "x")

    unasked, tried = operators.run(*command), operators.run(*command, "--dry-run")

    assert (unasked.returncode, tried.returncode) == (2, 0)
    assert "Discard these 2 messages with the reason unknown_authority? Confirm with --yes" in (
        unasked.words
    )
    assert ids[SOUND][:8] in unasked.stdout
    assert ids[BROKEN][:8] not in unasked.stdout
    assert "Would be discarded 2 Nothing was changed" in tried.words
    assert len(operators.dead_letters("decisions")) == 3
    assert operators.run(*command, "--yes").returncode == 0
    assert left(operators.world) == {BROKEN}


def test_a_message_is_meant_by_the_beginning_of_its_id(
    operators: Operators, ids: dict[str, str]
) -> None:
    short = ids[BROKEN][:8]

    shown = operators.run("dead-letters", "show", short)
    replayed_ = operators.run("dead-letters", "replay", ids[SOUND][:8])
    discarded = operators.run("dead-letters", "discard", short, "--reason", "x")
    ambiguous = operators.run("dead-letters", "replay", "")

    assert shown.stdout == f"{BROKEN}\n"
    assert (replayed_.returncode, discarded.returncode) == (0, 0)
    assert left(operators.world) == {UNKNOWN}
    assert ambiguous.returncode == 1


def test_whoever_does_not_say_is_named_by_the_user_name(
    operators: Operators, ids: dict[str, str]
) -> None:
    operators.run("dead-letters", "discard", ids[BROKEN], "--reason", "published again")

    [key] = operators.world.kept()
    assert json.loads(operators.world.documents.get(key))["discarded_by"] == getpass.getuser()


@pytest.mark.parametrize(
    "arguments", [("show", "no-id"), ("replay", "no-id"), ("discard", "no-id", "--reason", "x")]
)
def test_what_is_not_there_is_told(operators: Operators, arguments: tuple[str, ...]) -> None:
    result = operators.run("dead-letters", *arguments)

    assert result.returncode == 1
    assert "no-id was not found" in result.stderr


def test_requests_for_letters_are_replayed_into_their_own_queue(operators: Operators) -> None:
    request = letter_request(a_letter_id())
    put(operators.world, request, "missing: no recipient", "prepare")
    put(operators.world, "{}", "not_a_letter_request", "prepare")

    listed = operators.run("dead-letters", "list", "--queue", "prepare")
    result = operators.run("dead-letters", "replay", "--all", "--queue", "prepare")

    assert "E07000075" in listed.stdout
    assert result.returncode == 1
    assert replayed(operators.world, "prepare") == {request}
    assert left(operators.world, "prepare-dead") == {"{}"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--queue", "shop"),
        ("list", "--stack", "shop"),
        ("list", "--stack", "unknown"),
        ("show",),
        ("replay",),
        ("replay", "--all", "--reason", "x"),
        ("replay", "id", "--all"),
        ("discard", "id"),
        ("discard", "--reason", "x"),
        ("discard", "id", "--reason-is", "not_json", "--reason", "x"),
        ("list", "--json", "--csv"),
        ("discard", "id", "--reason", " "),
    ],
)
def test_wrong_usage_ends_with_two(operators: Operators, arguments: tuple[str, ...]) -> None:
    result = operators.run("dead-letters", *arguments)

    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr


def test_a_queue_that_can_not_be_read_ends_with_four(operators: Operators) -> None:
    aws_clients.sqs().delete_queue(QueueUrl=operators.world.urls["decisions-dead"])

    result = operators.run("dead-letters", "list")

    assert result.returncode == 4
    assert "ReceiveMessage" in result.stderr


def test_a_queue_that_the_stack_does_not_name_is_told(operators: Operators) -> None:
    result = operators.run("dead-letters", "list", "--queue", "delivery", "--stack", "older")

    assert result.returncode == 4
    assert "no output DeliveryDeadLetterQueueUrl" in result.stderr


def test_a_terminal_is_not_given_control_characters(
    operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(operators.world, "{\x7f\n“é”}", "not_json")
    [letter] = operators.dead_letters("decisions")
    monkeypatch.setattr(console.out, "_force_terminal", True)

    result = operators.run("dead-letters", "show", letter.id)

    assert result.stdout == "{\\x7f\n“é”}\n"


def test_an_implausible_event_is_confirmed_and_goes_back_with_the_record_of_it(
    operators: Operators,
) -> None:
    world = operators.world
    world.knows(a_register(), {})
    put(
        world, a_message(an_upheld_decision(version=5000)).body, "implausible_version: 5000 after 0"
    )
    put(world, SOUND, "implausible_version: 5000 after 0")
    ids = {letter.body: letter.id for letter in operators.dead_letters("decisions")}
    why = ("--reason", "casework renumbered its cases", "--by", "a.person")

    result = operators.run("dead-letters", "confirm", *ids.values(), *why)

    assert result.returncode == 1
    assert f"{ids[SOUND]} refused: not implausible any more: replay it" in result.words
    assert "Confirmed 1 Refused 1" in result.words
    assert left(world) == {SOUND}
    [id_] = set(ids.values()) - {ids[SOUND]}
    kept = json.loads(world.documents.get(f"confirmed/decisions/{id_}.json"))
    assert kept["confirmed_by"] == "a.person"
    assert kept["confirmed_because"] == "casework renumbered its cases"
    [sent] = messages_of(world.batch("decisions"))
    assert sent.confirmed == f"confirmed/decisions/{id_}.json"
