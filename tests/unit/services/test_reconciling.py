"""A tally that differs from its cases is read again before anybody believes it."""

from __future__ import annotations

import pytest

from annual_review.domain.tallies import TallyKey
from annual_review.services.close_year import YearNotClosedError
from annual_review.services.reconcile_year import READINGS
from tests.builders import ROCHFORD, YEAR, an_upheld_decision
from tests.fakes.cases import DoctoredCaseStore, LaggingCaseStore
from tests.fakes.faults import Faults
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, World

HERE = TallyKey(ROCHFORD, YEAR)


@pytest.mark.parametrize("readings", range(1, READINGS))
def test_a_mismatch_is_read_again_before_it_is_believed(readings: int) -> None:
    world = World(cases=LaggingCaseStore(readings))
    world.record(an_upheld_decision("1"), an_upheld_decision("2"))

    world.close()

    assert [case.reference for case in world.frozen().cases] == ["1", "2"]


def test_a_mismatch_that_stays_is_believed_in_the_end() -> None:
    world = World(cases=LaggingCaseStore(READINGS))
    world.record(an_upheld_decision())

    with pytest.raises(YearNotClosedError, match="differs from its cases"):
        world.close()


def test_tallies_that_agree_are_read_once() -> None:
    world = World(faults=Faults())

    world.close()

    assert world.faults.calls.count("InMemoryCaseStore.tallies") == 1
    assert world.faults.calls.count("InMemoryCaseStore.of_tally") == 1


def test_a_decision_that_is_recorded_between_two_readings_is_counted_with_its_case() -> None:
    world = World()
    world.record(an_upheld_decision("1"))

    def meanwhile() -> None:
        if slow.calls and slow.calls[-1] == "InMemoryCaseStore.tallies":
            world.record(an_upheld_decision("2"))

    slow = Faults(before_each=meanwhile)
    world.under(slow).close()

    frozen = world.frozen()
    assert frozen.figures.tally.upheld == len(frozen.cases) == 2


def test_the_figures_are_those_of_the_cases_and_not_of_a_tally_that_differs() -> None:
    cases = DoctoredCaseStore()
    cases.falsify(HERE, an_upheld_decision("9"))
    world = World(cases=cases)
    world.record(an_upheld_decision("1"))
    service = world.close_year()

    service.freeze(service.examine(YEAR, AFTER_THE_YEAR, endless()), AFTER_THE_YEAR)

    frozen = world.frozen()
    assert frozen.figures.tally.upheld == len(frozen.cases) == 1
