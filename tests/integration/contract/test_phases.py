from __future__ import annotations

from datetime import timedelta

from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import YearPhase
from annual_review.services.year_end.year_phases import PhaseRecord, PhaseStep
from tests.builders import NOON, YEAR
from tests.integration.contract.stores import Stores

CLOSED = PhaseStep(NOON, YearPhase.CLOSED, "the figures are frozen")
PREPARED = PhaseStep(NOON + timedelta(days=1), YearPhase.PREPARED, "every letter can be read")
NOTHING = PhaseRecord(YEAR)


def test_a_year_without_a_record_is_open(stores: Stores) -> None:
    assert stores.phases.get(YEAR) == NOTHING
    assert (NOTHING.phase, NOTHING.since) == (YearPhase.OPEN, None)


def test_steps_are_kept_in_their_order_for_each_year(stores: Stores) -> None:
    assert stores.phases.add(NOTHING, CLOSED)
    assert stores.phases.add(stores.phases.get(YEAR), PREPARED)

    assert stores.phases.get(YEAR) == PhaseRecord(YEAR, (CLOSED, PREPARED))
    assert stores.phases.get(ReportingYear(2021)).history == ()


def test_a_step_beside_one_that_was_taken_since_is_not_kept(stores: Stores) -> None:
    stores.phases.add(NOTHING, CLOSED)
    # No year goes back; if one did, its phase would tell nothing, and the number of steps does.
    closed = stores.phases.get(YEAR)
    stores.phases.add(closed, PREPARED)
    stores.phases.add(stores.phases.get(YEAR), CLOSED)

    assert not stores.phases.add(NOTHING, CLOSED)
    assert not stores.phases.add(closed, PREPARED)
    assert stores.phases.get(YEAR).history == (CLOSED, PREPARED, CLOSED)
