"""A tally that differs from its cases is read again before anybody believes it."""

from __future__ import annotations

from datetime import date

import pytest

from annual_review.domain.tallies import Tally, TallyKey
from annual_review.services.figures.reconcile_year import READINGS
from annual_review.services.year_end.close_year import YearNotClosedError
from tests.builders import (
    COUNTY,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_register,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
)
from tests.fakes.cases import DoctoredCaseStore, LaggingCaseStore
from tests.fakes.faults import Faults
from tests.fakes.patience import Waiting, endless
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
    waits: list[float] = []

    list(world.reconcile_year().counts(YEAR, [ROCHFORD], endless(waits.append)))

    assert waits == []
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


def test_between_two_readings_there_is_ever_more_time_as_long_as_patience_lasts() -> None:
    world = World(cases=LaggingCaseStore(READINGS))
    world.record(an_upheld_decision())
    little = Waiting(seconds=5.3)

    (count,) = world.reconcile_year().counts(YEAR, [ROCHFORD], little.patience())

    assert not count.agrees
    assert little.waits == [0.025, 0.05, 0.1, pytest.approx(0.125)]


def test_every_measure_that_differs_is_told_with_what_is_stored_and_what_was_counted() -> None:
    cases = DoctoredCaseStore()
    world = World(cases=cases)
    world.record(an_upheld_decision("1"), a_compliance_outcome("1"))
    cases.doctor(HERE, a_tally(late=2, upheld=-1, uphelt=4))

    (count,) = world.reconcile_year().counts(YEAR, [ROCHFORD], endless())

    assert [(each.measure, each.stored, each.counted) for each in count.differences] == [
        ("upheld", 0, 1),
        ("late", 2, 0),
        ("uphelt", 4, 0),
    ]


def test_decisions_that_keep_arriving_are_no_difference() -> None:
    world = World()
    world.record(an_upheld_decision("1"))

    def meanwhile() -> None:
        # Three times in a row, a decision comes in between tally and cases.
        if slow.calls and slow.calls[-1] == "InMemoryCaseStore.tallies" and len(slow.calls) < 7:
            world.record(an_upheld_decision(f"2-{len(slow.calls)}"))

    slow = Faults(before_each=meanwhile)
    (count,) = world.under(slow).reconcile_year().counts(YEAR, [ROCHFORD], endless())

    assert count.agrees
    assert count.counted.upheld == 4


@pytest.mark.parametrize("stored", [a_tally(), a_tally(upheld=3)], ids=["cases", "and a tally"])
def test_what_counts_for_an_authority_outside_the_register_is_told(stored: Tally) -> None:
    cases = DoctoredCaseStore()
    world = World(cases=cases, register=a_register(ROCHFORD, COUNTY))
    world.record(an_upheld_decision("1"), an_upheld_decision("2", authority=COUNTY))
    cases.doctor(TallyKey(COUNTY, YEAR), stored)

    here, there = world.reconcile_year().counts(YEAR, [ROCHFORD], endless())

    assert (here.is_left_out, there.is_left_out) == (False, True)
    assert there.key.authority == COUNTY
    assert [case.reference for case in there.cases] == ["2"]


def test_an_authority_outside_the_register_whose_cases_all_went_away_is_not_left_out() -> None:
    world = World(register=a_register(ROCHFORD, COUNTY))
    world.record(an_upheld_decision("1", authority=COUNTY))
    world.record(a_withdrawal("1", authority=COUNTY))

    counts = world.reconcile_year().counts(YEAR, [ROCHFORD], endless())

    assert [each.is_left_out for each in counts] == [False, False]


def test_cases_of_other_years_are_not_counted_and_nobody_is_found_by_them() -> None:
    world = World(register=a_register(ROCHFORD, COUNTY))
    world.record(an_upheld_decision("1", authority=COUNTY, decided_on=date(2020, 4, 1)))

    assert len(list(world.reconcile_year().counts(YEAR, [ROCHFORD], endless()))) == 1
