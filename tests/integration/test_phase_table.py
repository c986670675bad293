from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from annual_review.adapters.memory.phases import InMemoryPhaseStore
from annual_review.adapters.phase_table import DynamoDBPhaseStore
from annual_review.adapters.table import Table
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import YearPhase
from annual_review.services.errors import UnavailableError
from annual_review.services.year_phases import PhaseRecord, PhaseStep, PhaseStore
from tests.builders import NOON, YEAR
from tests.integration.faults import FaultyClient, a_time_out, after, twice
from tests.integration.world import TABLE, World

CLOSED = PhaseStep(NOON, YearPhase.CLOSED, "the figures are frozen")
PREPARED = PhaseStep(NOON + timedelta(days=1), YearPhase.PREPARED, "every letter can be read")
NOTHING = PhaseRecord(YEAR)


@pytest.fixture(params=["table", "memory"])
def phases(request: pytest.FixtureRequest, world: World) -> PhaseStore:
    """Both adapters keep the same promises."""
    in_table = request.param == "table"
    return DynamoDBPhaseStore(world.table) if in_table else InMemoryPhaseStore()


def test_a_year_without_a_record_is_open(phases: PhaseStore) -> None:
    assert phases.get(YEAR) == NOTHING
    assert (NOTHING.phase, NOTHING.since) == (YearPhase.OPEN, None)


def test_steps_are_kept_in_their_order_for_each_year(phases: PhaseStore) -> None:
    assert phases.add(NOTHING, CLOSED)
    assert phases.add(phases.get(YEAR), PREPARED)

    assert phases.get(YEAR) == PhaseRecord(YEAR, (CLOSED, PREPARED))
    assert phases.get(ReportingYear(2021)).history == ()


def test_a_step_from_a_phase_that_was_left_is_not_taken(phases: PhaseStore) -> None:
    phases.add(NOTHING, CLOSED)
    closed = phases.get(YEAR)

    assert not phases.add(NOTHING, CLOSED)
    assert phases.add(closed, PREPARED)
    assert not phases.add(closed, PREPARED)
    assert phases.get(YEAR).history == (CLOSED, PREPARED)


def test_a_step_whose_answer_was_lost_is_found_when_it_is_read_again(world: World) -> None:
    repeating: Any = FaultyClient(world.table.client, put_item=[twice])
    store = DynamoDBPhaseStore(Table(repeating, TABLE))

    assert not store.add(NOTHING, CLOSED)
    assert store.get(YEAR).history == (CLOSED,)


def test_a_step_without_an_answer_may_have_been_taken(world: World) -> None:
    lost: Any = FaultyClient(world.table.client, put_item=[after(a_time_out())])
    store = DynamoDBPhaseStore(Table(lost, TABLE))

    with pytest.raises(UnavailableError):
        store.add(NOTHING, CLOSED)
    assert store.get(YEAR).phase is YearPhase.CLOSED
