from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.case_items import case_item
from annual_review.adapters.dynamodb.keys import tally_item_key
from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.adapters.dynamodb.table import Table, key_values, number
from annual_review.domain.cases import CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey
from annual_review.services.figures.repair_year import Repair, RepairYear
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
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
    """Write other counts into a tally, as somebody does who edits it by hand."""
    version = world.cases.tallies([key]).get(key, NOTHING_COUNTED).version
    counts = {str(measure): number(count) for measure, count in tally.items()}
    world.holds({**key_values(tally_item_key(key)), **counts, "version": number(version)})


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
    store().repair(Repair(HERE, 1, NOON, "me", "a test", world.tally(), a_tally(upheld=9)))

    assert {state.key: state.version for state in store().every_case()} == {
        an_upheld_decision("1").key: 1,
        a_withdrawal("2").key: 2,
    }


def test_authorities_are_found_by_their_tallies_and_their_cases(world: World) -> None:
    record(world, an_upheld_decision("1"), an_upheld_decision("2", authority="E07000001"))
    doctor(world, a_tally(late=1), TallyKey(COUNTY, YEAR))
    doctor(world, a_tally(late=1), TallyKey(COUNTY, ReportingYear(2019)))
    # A case whose tally is gone, as after a restore that went wrong.
    world.holds(case_item(an_upheld_decision("3", authority="E07000002")))

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
