from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from annual_review.adapters.dynamodb.table import Table
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.tallies import NOTHING_COUNTED
from annual_review.services.recording.record_decisions import Verdict
from functions.record_decisions import handler
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_decision,
    a_message,
    a_register,
    a_tally,
    a_withdrawal,
    an_authority,
    an_event,
    an_upheld_decision,
)
from tests.fakes.patience import endless
from tests.integration.conftest import Said
from tests.integration.faults import (
    Call,
    Fault,
    FaultyClient,
    a_cancellation,
    a_time_out,
    after,
    an_error,
    before,
)
from tests.integration.world import (
    TABLE,
    Content,
    DeadLetter,
    FakeContext,
    World,
    bodies,
    handed_back,
    sqs_event,
)

MOVED: Mapping[str, Any] = {"authority": OTHER_DISTRICT, "previous_authorities": [ROCHFORD]}


@pytest.fixture
def casework(deployed: World) -> World:
    """A deployment that knows three authorities."""
    deployed.knows(
        a_register(ROCHFORD, OTHER_DISTRICT, an_authority(COUNTY, in_being_from=date(2019, 4, 1))),
        {},
    )
    return deployed


def record(event: Mapping[str, Any], context: FakeContext | None = None) -> list[str]:
    return handed_back(handler.lambda_handler(event, context or FakeContext()))


def with_faults(world: World, **scripts: list[Fault]) -> FaultyClient:
    """Let the table of the function fail by a script; nobody waits in a test."""
    client = FaultyClient(world.table.client, **scripts)
    faulty: Any = client
    service = handler.service()
    table = Table(faulty, TABLE, pause=lambda _: None)
    wired = replace(service, cases=replace(world.cases, table=table))
    handler.service = lambda: wired  # type: ignore[assignment]
    return client


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the function back after a test has changed how it is wired, and let nobody wait."""
    monkeypatch.setattr(handler, "service", handler.service)
    monkeypatch.setattr("time.sleep", lambda _: None)


def test_a_batch_is_recorded_and_acknowledged(casework: World, said: Said) -> None:
    decided, complied = an_upheld_decision("19-1"), a_compliance_outcome("19-1")

    assert record(bodies(decided, complied)) == []

    assert casework.cases.load([decided.key, complied.key]) == {
        decided.key: decided,
        complied.key: complied,
    }
    assert casework.tally() == a_tally(
        **{"upheld": 1, "on_time": 1, "subject:Planning & Development": 1}
    )
    assert said.counts == {"recorded": 2}
    (line,) = said.lines("batch_recorded")
    assert line["recorded"] == 2


def test_duplicates_corrections_and_withdrawals_count_once(casework: World, said: Said) -> None:
    first, corrected = an_upheld_decision(), an_upheld_decision(version=2, **MOVED)
    withdrawn = a_withdrawal(version=3, **MOVED)

    assert record(bodies(first, first)) == []
    assert record(bodies(corrected, first)) == []
    assert casework.tally() == NOTHING_COUNTED
    assert casework.tally(OTHER_DISTRICT)["upheld"] == 1  # type: ignore[index]
    assert record(bodies(withdrawn)) == []
    assert record(bodies(withdrawn)) == []

    assert casework.tally(OTHER_DISTRICT) == NOTHING_COUNTED
    assert said.counts == {"recorded": 3, "duplicate": 2, "stale": 1}


def test_what_a_person_confirmed_is_recorded_and_the_log_names_the_record_of_it(
    casework: World, said: Said
) -> None:
    jump = an_upheld_decision(version=5000)
    batch = bodies(jump)
    name = "confirmed/decisions/0f0f-1.json"
    batch["Records"][0]["messageAttributes"] = {"confirmed": {"stringValue": name}}

    assert record(batch) == []

    assert casework.cases.load([jump.key])[jump.key].confirmed == name
    [line] = said.lines("event_confirmed")
    assert (line["message_id"], line["record"]) == ("1", name)


@pytest.mark.parametrize("name", ["", "yes", "confirmed/decisions/\x1b.json", None])
def test_what_names_no_record_confirms_nothing(casework: World, said: Said, name: object) -> None:
    batch = bodies(an_upheld_decision(version=5000))
    batch["Records"][0]["messageAttributes"] = {"confirmed": {"stringValue": name}}

    assert record(batch) == []

    assert casework.tally() == NOTHING_COUNTED
    assert said.counts == {"rejected": 1}


def test_a_redelivered_batch_changes_nothing(casework: World) -> None:
    batch = bodies(*(a_compliance_outcome(f"19-{number}") for number in range(20)))
    record(batch)

    assert record(batch) == []

    assert casework.tally() == a_tally(on_time=20)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{half an event", "not_json"),
        ('{"detail-type": "Decision Recorded"}', "wrong_envelope"),
        (an_event(an_upheld_decision(), version="1"), "invalid_field: detail.version"),
        (an_event(an_upheld_decision(authority="E99999999")), "unknown_authority: E99999999"),
        (
            an_event(an_upheld_decision(authority=COUNTY, decided_on=date(2019, 3, 31))),
            "before_authority_existed",
        ),
    ],
)
def test_what_cannot_be_recorded_is_set_aside_whole_and_its_neighbours_are_recorded(
    casework: World, said: Said, content: Content, reason: str
) -> None:
    event = bodies(a_compliance_outcome("19-1"), content, a_compliance_outcome("19-2"))

    assert record(event) == []

    (letter,) = casework.dead_letters("decisions-dead")
    assert letter.body == event["Records"][1]["body"]
    assert letter.reason is not None
    assert letter.reason.startswith(reason)
    assert casework.tally() == a_tally(on_time=2)
    assert said.counts == {"recorded": 2, "rejected": 1}
    (line,) = said.lines("message_rejected")
    # What stands behind the code may be the sender's own text.
    assert (line["message_id"], line["reason"]) == ("2", letter.reason.partition(":")[0])


def test_one_version_with_two_contents_is_for_a_person_to_judge(casework: World) -> None:
    record(bodies(an_upheld_decision()))
    contradicting = an_event(a_decision(DecisionOutcome.NOT_UPHELD))

    assert record(bodies(contradicting)) == []

    (letter,) = casework.dead_letters("decisions-dead")
    assert letter == DeadLetter(json.dumps(contradicting), "version_contradicts: version 1")
    assert casework.tally()["not_upheld"] == 0  # type: ignore[index]


def test_a_rejected_message_too_large_for_the_queue_is_kept_in_the_bucket(casework: World) -> None:
    assert record(bodies("x" * 2**20)) == []

    (letter,) = casework.dead_letters("decisions-dead")
    key = json.loads(letter.body)["kept_in_bucket"]
    assert casework.documents.get(key) == b"x" * 2**20
    assert letter.reason == "not_json"


def test_a_message_that_cannot_be_set_aside_is_handed_back(
    casework: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", casework.urls["decisions-dead"] + "-gone")

    assert record(bodies("not json", a_compliance_outcome())) == ["1"]

    assert casework.tally() == a_tally(on_time=1)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(before(a_cancellation("TransactionConflict")), id="conflict"),
        pytest.param(before(a_cancellation("ThrottlingError")), id="throttled"),
        pytest.param(before(an_error("InternalServerError", status=500)), id="server error"),
        pytest.param(before(a_time_out()), id="time-out before the commit"),
        pytest.param(after(a_time_out()), id="time-out after the commit"),
    ],
)
def test_a_transaction_that_fails_once_is_tried_again_and_counts_once(
    casework: World, fault: Fault
) -> None:
    client = with_faults(casework, transact_write_items=[fault])

    assert record(bodies(a_compliance_outcome("19-1"), a_compliance_outcome("19-2"))) == []

    assert casework.tally() == a_tally(on_time=2)
    assert len(client.called("batch_get_item")) >= 2


def test_two_recorders_of_one_case_agree_on_the_higher_version(casework: World) -> None:
    first, second = an_upheld_decision(), an_upheld_decision(version=2, **MOVED)

    def meanwhile(call: Call) -> object:
        """Another recorder commits between our reading and our writing."""
        other = replace(handler.service(), cases=casework.cases)
        assert other.record([a_message(first)], endless()).count(Verdict.RECORDED) == 1
        return call.make()

    with_faults(casework, transact_write_items=[meanwhile])

    assert record(bodies(second)) == []

    assert casework.tally() == NOTHING_COUNTED
    assert casework.tally(OTHER_DISTRICT)["upheld"] == 1  # type: ignore[index]


def test_what_stays_unwritten_is_handed_back_and_nothing_else(casework: World, said: Said) -> None:
    stubborn = a_compliance_outcome("19-3")

    def unless_stubborn(call: Call) -> object:
        if stubborn.reference in json.dumps(call.arguments["TransactItems"]):
            raise a_cancellation("ValidationError")
        return call.make()

    with_faults(casework, transact_write_items=[unless_stubborn] * 99)
    others = [a_compliance_outcome(f"19-{number}") for number in (1, 2, 4, 5)]

    assert record(bodies(*others[:2], stubborn, *others[2:])) == ["3"]

    assert casework.tally() == a_tally(on_time=4)
    assert said.counts == {"recorded": 4, "handed_back": 1}


def test_cases_that_stay_unread_are_handed_back(casework: World) -> None:
    refused = before(an_error("AccessDeniedException"))
    with_faults(casework, batch_get_item=[refused] * 99)

    assert record(bodies(a_compliance_outcome("19-1"), a_compliance_outcome("19-2"))) == ["1", "2"]


def test_without_time_left_the_rest_is_handed_back_after_one_attempt(casework: World) -> None:
    conflict = before(a_cancellation("TransactionConflict"))
    client = with_faults(casework, transact_write_items=[conflict] * 99)

    assert record(bodies(a_compliance_outcome()), FakeContext(4)) == ["1"]

    assert len(client.called("transact_write_items")) == 1


def test_without_a_register_nothing_is_rejected(
    deployed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE_NAME", f"{TABLE}-gone")

    assert record(bodies(a_compliance_outcome())) == ["1"]

    assert deployed.dead_letters("decisions-dead") == []


def test_a_message_that_uncovers_a_bug_is_handed_back_alone(casework: World, said: Said) -> None:
    broken = {"pk": {"S": "CASE#19-2"}, "sk": {"S": "COMPLIANCE"}, "kind": {"S": "rumour"}}
    casework.holds(broken)
    batch = [a_message(a_compliance_outcome(f"19-{number}"), str(number)) for number in range(16)]

    assert record(sqs_event(*batch)) == ["2"]

    assert casework.tally() == a_tally(on_time=15)
    assert said.counts["handed_back"] == 1
    assert said.counts["recorded"] == 15
    # Sixteen, eight, four, two and one: the search for it goes by halves.
    assert [line["messages"] for line in said.lines("unexpected_error")] == [16, 8, 4, 2, 1]


def test_a_bug_found_in_the_last_seconds_hands_the_batch_back(casework: World) -> None:
    broken = {"pk": {"S": "CASE#19-2"}, "sk": {"S": "COMPLIANCE"}, "kind": {"S": "rumour"}}
    casework.holds(broken)
    batch = bodies(a_compliance_outcome("19-1"), a_compliance_outcome("19-2"))

    assert record(batch, FakeContext(4)) == ["1", "2"]

    assert casework.tally() == NOTHING_COUNTED
