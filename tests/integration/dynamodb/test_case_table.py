from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.case_items import case_item, case_state, tally
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.keys import case_item_key, tally_item_key
from annual_review.adapters.dynamodb.table import ROUNDS, Table
from annual_review.domain.cases import (
    CaseKey,
    CasePart,
    CaseReference,
    CaseState,
    DecisionOutcome,
    Reset,
    Version,
)
from annual_review.domain.tallies import TallyKey
from annual_review.services.errors import (
    ConflictError,
    MalformedItemError,
    PortError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    RECORDED_AT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
)
from tests.integration.faults import (
    Call,
    Fault,
    FaultyClient,
    a_cancellation,
    a_time_out,
    an_error,
    answering,
    as_it_is,
    before,
)
from tests.integration.world import TABLE, World
from tests.strategies import case_states


def change(state: CaseState, seen: CaseState | None = None) -> CaseChange:
    return CaseChange((CaseWrite(state, seen),))


def store(client: FaultyClient, waits: list[int] | None = None) -> DynamoDBCaseStore:
    faulty: Any = client
    return DynamoDBCaseStore(
        Table(faulty, TABLE, pause=waits.append if waits is not None else lambda _: None)
    )


@given(case_states(), st.datetimes(timezones=st.just(timezone(timedelta(hours=5, minutes=30)))))
def test_every_state_comes_back_as_it_was_written(state: CaseState, recorded_at: datetime) -> None:
    state = replace(state, recorded_at=recorded_at)

    read = case_state(case_item(state))

    assert read == state
    assert read.recorded_at == recorded_at
    assert read.recorded_at.utcoffset() == recorded_at.utcoffset()


def test_texts_lists_and_gaps_come_back_from_the_table(world: World) -> None:
    told = a_decision(
        DecisionOutcome.UPHELD,
        "19-1/a",
        recorded_at=datetime(2019, 11, 5, 10, 0, 0, 123456, tzinfo=UTC),
        service_improvements=("a “new” form", "line\nbreak", ""),
        public_report="https://ombudsman.example/1",
    )
    untold = a_decision(DecisionOutcome.ADVICE_GIVEN, "19-2")
    world.cases.commit(CaseChange((CaseWrite(told, None), CaseWrite(untold, None))))

    found = world.cases.load([told.key, untold.key])

    assert found == {told.key: told, untold.key: untold}
    assert found[told.key].recorded_at == told.recorded_at


def test_a_case_item_tells_how_its_state_came_to_stand(world: World) -> None:
    a_reset = Reset(RECORDED_AT, "an operator", "mistyped", RECORDED_AT, Version(900))
    told = replace(
        a_withdrawal("19-1", previous_authorities=[COUNTY]),
        confirmed="confirmed/decisions/1.json",
        resets=(a_reset, replace(a_reset, replaced=None)),
    )
    world.cases.commit(CaseChange((CaseWrite(told, None), CaseWrite(a_withdrawal("19-2"), None))))

    found = world.cases.load([told.key])[told.key]

    assert (found.previous_authorities, found.confirmed) == ((COUNTY,), told.confirmed)
    assert found.resets == told.resets
    # Of most cases there is nothing to tell, and nothing is paid for.
    plain = world.table.get(case_item_key(a_withdrawal("19-2").key)) or {}
    assert not {"previous_authorities", "confirmed", "resets", "reset"} & plain.keys()


def test_a_case_item_of_an_unknown_kind_is_not_guessed_at() -> None:
    item = case_item(an_upheld_decision()) | {"kind": {"S": "rumour"}}

    with pytest.raises(MalformedItemError, match="CASE#19012345 DECISION"):
        case_state(item)


def test_a_tally_item_holds_its_counts_its_version_and_nothing_else(world: World) -> None:
    world.cases.commit(change(a_compliance_outcome()))

    item = world.table.get(tally_item_key(TallyKey(ROCHFORD, YEAR)))

    assert item == {
        "pk": {"S": "AUTHORITY#E07000075"},
        "sk": {"S": "TALLY#2020"},
        "on_time": {"N": "1"},
        "version": {"N": "1"},
    }
    assert tally(item) == a_tally(on_time=1)


def test_more_cases_than_one_call_takes_are_read_in_several(world: World) -> None:
    decided = [a_compliance_outcome(f"19-{number}") for number in range(99)]
    world.cases.commit(CaseChange(tuple(CaseWrite(each, None) for each in decided)))
    keys = [
        *(each.key for each in decided),
        *(CaseKey(CaseReference(f"18-{number}"), CasePart.DECISION) for number in range(150)),
    ]
    client = FaultyClient(aws_clients.dynamodb())

    found = store(client).load([*keys, *keys])

    assert found == {each.key: each for each in decided}
    sizes = [len(call["RequestItems"][TABLE]["Keys"]) for call in client.called("batch_get_item")]
    assert sizes == [100, 100, 49]
    assert all(
        call["RequestItems"][TABLE]["ConsistentRead"] for call in client.called("batch_get_item")
    )


def unprocessed(some: int) -> Fault:
    """Give out all but some items, and name the rest as unprocessed."""

    def fault(call: Call) -> object:
        answer = call.make()
        items = answer["Responses"][TABLE]
        keys = [{name: item[name] for name in ("pk", "sk")} for item in items[:some]]
        rest = {TABLE: {"Keys": keys, "ConsistentRead": True}}
        return {"Responses": {TABLE: items[some:]}, "UnprocessedKeys": rest}

    return fault


def test_keys_that_stay_unprocessed_are_asked_for_again(world: World) -> None:
    decided = [a_compliance_outcome(f"19-{number}") for number in range(9)]
    world.cases.commit(CaseChange(tuple(CaseWrite(each, None) for each in decided)))
    waits: list[int] = []
    client = FaultyClient(
        aws_clients.dynamodb(), batch_get_item=[unprocessed(7), unprocessed(3), as_it_is]
    )

    found = store(client, waits).load([each.key for each in decided])

    assert found == {each.key: each for each in decided}
    assert waits == [0, 1]


def test_keys_that_stay_unprocessed_for_too_long_throttle_the_reader(world: World) -> None:
    decided = a_compliance_outcome()
    world.cases.commit(change(decided))
    client = FaultyClient(aws_clients.dynamodb(), batch_get_item=[unprocessed(1)] * 99)

    with pytest.raises(ThrottledError):
        store(client).load([decided.key])

    assert len(client.called("batch_get_item")) == ROUNDS


def test_the_cases_of_a_tally_are_read_to_the_last_page_of_the_index(world: World) -> None:
    decided = [a_compliance_outcome(f"19-{number}") for number in range(3)]
    world.cases.commit(CaseChange(tuple(CaseWrite(each, None) for each in decided)))
    pages: list[Any] = [
        {"Items": [case_item(decided[0])], "LastEvaluatedKey": {"pk": {"S": "CASE#19-0"}}},
        {"Items": [], "LastEvaluatedKey": {"pk": {"S": "CASE#19-1"}}},
        {"Items": [case_item(each) for each in decided[1:]]},
    ]
    client = FaultyClient(aws_clients.dynamodb(), query=[answering(page) for page in pages])

    found = store(client).of_tally(TallyKey(ROCHFORD, YEAR))

    assert {each.key: each for each in found} == {each.key: each for each in decided}
    starts = [call.get("ExclusiveStartKey") for call in client.called("query")]
    assert starts == [None, {"pk": {"S": "CASE#19-0"}}, {"pk": {"S": "CASE#19-1"}}]


def test_what_a_lagging_index_still_shows_counts_as_it_stands_in_the_table(world: World) -> None:
    stayed, moved, withdrawn = (an_upheld_decision(f"19-{number}") for number in range(3))
    world.cases.commit(
        CaseChange(tuple(CaseWrite(each, None) for each in (stayed, moved, withdrawn)))
    )
    before_ = {"Items": [case_item(each) for each in (stayed, moved, withdrawn)]}
    corrected = an_upheld_decision("19-0", version=2, satisfactory_remedy=True)
    world.cases.commit(change(corrected, stayed))
    elsewhere = an_upheld_decision("19-1", version=2, authority=OTHER_DISTRICT)
    world.cases.commit(change(elsewhere, moved))
    world.cases.commit(change(a_withdrawal("19-2"), withdrawn))
    lagging = FaultyClient(aws_clients.dynamodb(), query=[answering(before_)])

    assert list(store(lagging).of_tally(TallyKey(ROCHFORD, YEAR))) == [corrected]


def test_a_change_too_large_for_one_transaction_is_a_mistake(world: World) -> None:
    writes = tuple(CaseWrite(a_compliance_outcome(f"19-{number}"), None) for number in range(100))

    with pytest.raises(ValueError, match="101"):
        world.cases.commit(CaseChange(writes))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (a_cancellation("None", "ConditionalCheckFailed"), ConflictError),
        (a_cancellation("TransactionConflict", "None"), ConflictError),
        (a_cancellation("ThrottlingError", "TransactionConflict"), ConflictError),
        (a_cancellation("ThrottlingError", "ValidationError"), ThrottledError),
        (a_cancellation("ProvisionedThroughputExceeded"), ThrottledError),
        (a_cancellation("ValidationError"), RefusedError),
        (a_cancellation("ItemCollectionSizeLimitExceeded"), RefusedError),
        (a_cancellation(), RefusedError),
        (a_time_out(), UnavailableError),
        (an_error("TransactionInProgressException"), ConflictError),
    ],
)
def test_a_failed_commit_says_whether_to_try_again(
    error: Exception, expected: type[PortError]
) -> None:
    client = FaultyClient(aws_clients.dynamodb(), transact_write_items=[before(error)])

    with pytest.raises(expected):
        store(client).commit(change(an_upheld_decision()))
