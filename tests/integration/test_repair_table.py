from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annual_review.adapters import aws_clients
from annual_review.adapters.case_items import case_item, tally_item_key
from annual_review.adapters.repair_table import DynamoDBRepairStore
from annual_review.adapters.table import Table, key_values, number
from annual_review.domain.cases import CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import MEASURES, NOTHING_COUNTED, Tally, TallyKey
from annual_review.services.case_changes import CaseChange, CaseWrite
from annual_review.services.errors import ConflictError, UnavailableError
from annual_review.services.repair_year import Repair, RepairYear
from tests.builders import (
    COUNTY,
    NOON,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
)
from tests.fakes.patience import endless
from tests.integration.faults import (
    Fault,
    FaultyClient,
    a_cancellation,
    a_time_out,
    after,
    answering,
    as_it_is,
    before,
    twice,
)
from tests.integration.world import TABLE, World

HERE = TallyKey(ROCHFORD, YEAR)
SUBJECT = "subject:Planning & Development"


def store(client: FaultyClient | None = None) -> DynamoDBRepairStore:
    through: Any = client or aws_clients.dynamodb()
    return DynamoDBRepairStore(Table(through, TABLE, pause=lambda _: None))


def record(world: World, *states: CaseState) -> None:
    for state in states:
        seen = world.cases.load([state.key]).get(state.key)
        world.cases.commit(CaseChange((CaseWrite(state, seen),)))


def doctor(world: World, tally: Tally, key: TallyKey = HERE) -> None:
    """Write a tally over the one that is there."""
    counts = {str(measure): number(count) for measure, count in tally.items()}
    world.table.put_all([{**key_values(tally_item_key(key)), **counts}])


def a_repair(seen: Tally, right: Tally, *, place: int = 1, key: TallyKey = HERE) -> Repair:
    return Repair(key, place, NOON, "an operator", "edited by hand", seen, right)


def test_a_tally_is_set_and_the_record_of_it_kept(world: World) -> None:
    doctor(world, a_tally(upheld=3, late=1))
    repair = a_repair(a_tally(upheld=3, late=1), a_tally(**{"upheld": 1, SUBJECT: 1}))

    store().mend(repair)

    assert world.tally() == repair.after
    assert store().repairs(YEAR) == [repair]
    assert store().repairs(ReportingYear(2021)) == []


def test_a_tally_that_was_never_written_is_set_too(world: World) -> None:
    store().mend(a_repair(NOTHING_COUNTED, a_tally(**{SUBJECT: 2})))

    assert world.tally() == a_tally(**{SUBJECT: 2})


def test_a_measure_that_went_back_to_nothing_counts_as_one_that_never_was(world: World) -> None:
    record(world, an_upheld_decision("1"), a_withdrawal("1"))

    store().mend(a_repair(NOTHING_COUNTED, a_tally(upheld=1)))

    assert world.tally() == a_tally(upheld=1)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_tally_that_moved_in_any_measure_is_a_conflict_and_changes_nothing(
    world: World, measure: str
) -> None:
    doctor(world, a_tally(upheld=3) + a_tally(**{measure: 1}))

    with pytest.raises(ConflictError):
        store().mend(a_repair(a_tally(upheld=3), a_tally(upheld=1)))

    assert world.tally() == a_tally(upheld=3) + a_tally(**{measure: 1})
    assert store().repairs(YEAR) == []


def test_a_number_is_given_once_though_the_tally_looks_as_it_did(world: World) -> None:
    first = a_repair(a_tally(upheld=3), a_tally(upheld=1))
    doctor(world, first.before)
    store().mend(first)
    doctor(world, first.before)

    with pytest.raises(ConflictError):
        store().mend(replace(first, by="somebody else"))
    store().mend(replace(first, number=2))

    assert [each.number for each in store().repairs(YEAR)] == [1, 2]
    assert store().repairs(YEAR)[0].by == "an operator"


def test_a_repeated_request_mends_once(world: World) -> None:
    doctor(world, a_tally(upheld=3))
    client = FaultyClient(aws_clients.dynamodb(), transact_write_items=[twice])

    with pytest.raises(ConflictError):
        store(client).mend(a_repair(a_tally(upheld=3), a_tally(upheld=1)))

    assert world.tally() == a_tally(upheld=1)
    assert len(store().repairs(YEAR)) == 1


def test_every_case_is_read_to_the_last_page_with_those_that_count_nowhere(world: World) -> None:
    cases: list[CaseState] = [
        an_upheld_decision("1"),
        a_withdrawal("2"),
        a_compliance_outcome("1"),
    ]
    pages: list[Any] = [
        {"Items": [case_item(cases[0])], "LastEvaluatedKey": {"pk": {"S": "CASE#1"}}},
        {"Items": [], "LastEvaluatedKey": {"pk": {"S": "CASE#2"}}},
        {"Items": [case_item(each) for each in cases[1:]]},
    ]
    client = FaultyClient(aws_clients.dynamodb(), scan=[answering(page) for page in pages])

    assert list(store(client).every_case()) == cases

    asked = client.called("scan")
    assert all(call["ConsistentRead"] for call in asked)
    assert [call.get("ExclusiveStartKey") for call in asked] == [
        None,
        {"pk": {"S": "CASE#1"}},
        {"pk": {"S": "CASE#2"}},
    ]
    assert world.urls


def test_every_case_is_found_in_the_table_and_nothing_else(world: World) -> None:
    record(world, an_upheld_decision("1"), an_upheld_decision("2"), a_withdrawal("2"))
    store().mend(a_repair(world.tally(), a_tally(upheld=9)))

    assert {state.key: state.version for state in store().every_case()} == {
        an_upheld_decision("1").key: 1,
        a_withdrawal("2").key: 2,
    }


def test_authorities_are_found_by_their_tallies_and_their_cases(world: World) -> None:
    record(world, an_upheld_decision("1"), an_upheld_decision("2", authority="E07000001"))
    doctor(world, a_tally(late=1), TallyKey(COUNTY, YEAR))
    doctor(world, a_tally(late=1), TallyKey(COUNTY, ReportingYear(2019)))
    # A case whose tally is gone, as after a restore that went wrong.
    world.table.put_all([case_item(an_upheld_decision("3", authority="E07000002"))])

    assert set(world.cases.counted_in(YEAR)) == {ROCHFORD, "E07000001", "E07000002", COUNTY}
    assert set(world.cases.counted_in(ReportingYear(2019))) == {COUNTY}
    assert set(world.cases.counted_in(ReportingYear(2021))) == set()


@pytest.mark.parametrize(
    "fault",
    [before(a_cancellation("TransactionConflict")), before(a_time_out()), after(a_time_out())],
    ids=["conflict", "before", "after"],
)
def test_a_repair_goes_through_a_fault_and_is_recorded_once(world: World, fault: Fault) -> None:
    record(world, an_upheld_decision("1"), a_compliance_outcome("1"))
    right = world.tally()
    doctor(world, a_tally(upheld=3, late=1))
    client = FaultyClient(aws_clients.dynamodb(), transact_write_items=[fault, as_it_is])

    report = RepairYear(store(client)).repair([HERE], "me", "a test", NOON, endless())

    assert world.tally() == right
    assert [(each.number, each.after) for each in report.repairs] == [(1, right)]
    assert report.left == ()


def test_a_failed_repair_says_whether_to_try_again(world: World) -> None:
    client = FaultyClient(aws_clients.dynamodb(), transact_write_items=[before(a_time_out())])

    with pytest.raises(UnavailableError):
        store(client).mend(a_repair(NOTHING_COUNTED, a_tally(upheld=1)))
    assert world.tally() == NOTHING_COUNTED
