"""A tally that was changed by other means is brought to its cases, exactly, whatever goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.cases import CaseState
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, StoredTally, Tally, TallyKey, tally_of
from annual_review.services.errors import RefusedError, ThrottledError, UnavailableError
from annual_review.services.figures.repair_year import ROUNDS, RepairReport
from tests.builders import (
    COUNTY,
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_register,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
    messages,
)
from tests.fakes.cases import DoctoredCaseStore
from tests.fakes.faults import CRASHES, Fault, Faults, ProcessDiedError
from tests.fakes.patience import endless
from tests.fakes.queue import deliver_all
from tests.fakes.scheduler import interleave
from tests.strategies import CODES, History, histories, tallies
from tests.worlds import World

HERE, THERE = TallyKey(ROCHFORD, YEAR), TallyKey(COUNTY, YEAR)
KEYS = [TallyKey(code, YEAR) for code in CODES]


def a_doctored_world() -> tuple[World, DoctoredCaseStore]:
    """Return a world with two tallies that somebody changed by hand."""
    cases = DoctoredCaseStore()
    world = World(cases=cases, register=a_register(*CODES))
    world.record(
        an_upheld_decision("1"),
        a_compliance_outcome("1"),
        an_upheld_decision("2", authority=COUNTY),
        an_upheld_decision("3", authority=OTHER_DISTRICT),
        an_upheld_decision("4"),
        a_withdrawal("4"),
    )
    cases.doctor(HERE, a_tally(upheld=3, on_time=-1))
    cases.doctor(THERE, a_tally(late=1))
    return world, cases


def repair(world: World) -> RepairReport:
    return world.repair_year().repair(KEYS, "an operator", "edited by hand", NOON, endless())


def stored(world: World, key: TallyKey = HERE) -> Tally:
    return world.cases.tallies([key]).get(key, NOTHING_COUNTED)


def check_the_end(world: World) -> None:
    """Hold every tally of the year against the cases, however they came about."""
    expected = tally_of(world.cases.every_case())
    for key in KEYS:
        assert stored(world, key) == expected.get(key, NOTHING_COUNTED)


def test_tallies_that_differ_are_brought_to_what_their_cases_add_up_to() -> None:
    world, _ = a_doctored_world()

    report = repair(world)

    assert stored(world) == a_tally(
        **{"upheld": 1, "on_time": 1, "subject:Planning & Development": 1}
    )
    assert report.left == ()
    assert [each.key for each in report.repairs] == [HERE, THERE]
    check_the_end(world)


def test_a_record_says_who_changed_what_to_what_when_and_why() -> None:
    world, _ = a_doctored_world()
    before = stored(world)

    repair(world)

    (first, _) = world.cases.repairs(YEAR)
    assert (first.key, first.number) == (HERE, 1)
    assert (first.by, first.reason, first.at) == ("an operator", "edited by hand", NOON)
    assert (first.before, first.after) == (before, stored(world))
    assert first.change == a_tally(upheld=-3, on_time=1)


def test_a_tally_that_is_right_is_left_alone_and_no_record_made() -> None:
    world = World(register=a_register(*CODES))
    world.record(an_upheld_decision())

    assert repair(world) == RepairReport((), ())
    assert world.cases.repairs(YEAR) == []


def test_every_repair_of_a_tally_has_a_number_of_its_own() -> None:
    world, cases = a_doctored_world()
    repair(world)
    cases.doctor(HERE, a_tally(upheld=1))

    repair(world)

    assert [(each.key, each.number) for each in cases.repairs(YEAR)] == [
        (HERE, 1),
        (HERE, 2),
        (THERE, 1),
    ]


def test_a_measure_that_nobody_ever_heard_of_is_taken_back() -> None:
    world, cases = a_doctored_world()
    cases.doctor(HERE, a_tally(uphelt=7))

    repair(world)

    assert "uphelt" not in stored(world)


def calls_of_a_repair() -> list[str]:
    world, _ = a_doctored_world()
    faults = Faults()
    repair(world.under(faults))
    return faults.calls


@pytest.mark.parametrize(
    "arriving",
    [
        [an_upheld_decision("5")],
        # One case comes and one goes, so that the tally looks as it did before.
        [an_upheld_decision("5"), a_withdrawal("1")],
    ],
    ids=["one more", "one for another"],
)
@pytest.mark.parametrize("number", range(len(calls_of_a_repair())))
def test_decisions_before_any_call_of_a_repair_are_neither_lost_nor_counted_twice(
    number: int, arriving: list[CaseState]
) -> None:
    world, _ = a_doctored_world()

    def meanwhile() -> None:
        if len(busy.calls) == number:
            world.record(*arriving)

    busy = Faults(before_each=meanwhile)
    report = repair(world.under(busy))

    assert report.left == ()
    check_the_end(world)


def test_a_case_that_comes_and_goes_between_two_readings_does_not_deceive_the_repair() -> None:
    # The tally that is read counts case 5, which neither reading finds among those that count; when
    # it is to be repaired, case 6 makes it look the same.
    world, _ = a_doctored_world()
    arriving: dict[int, CaseState] = {
        2: an_upheld_decision("5"),
        3: a_withdrawal("5"),
        4: an_upheld_decision("6"),
    }
    assert [call.rpartition(".")[2] for call in calls_of_a_repair()][:5] == [
        "repairs",
        "every_case",
        "tallies",
        "every_case",
        "repair",
    ]

    def meanwhile() -> None:
        if len(busy.calls) in arriving:
            world.record(arriving[len(busy.calls)])

    busy = Faults(before_each=meanwhile)
    repair(world.under(busy))

    check_the_end(world)


@pytest.mark.parametrize("crash", CRASHES, ids=str)
@pytest.mark.parametrize(("number", "call"), list(enumerate(calls_of_a_repair())), ids=str)
def test_a_repair_that_crashed_at_any_call_is_finished_by_the_next(
    number: int, call: str, crash: Fault
) -> None:
    world, _ = a_doctored_world()

    with pytest.raises(ProcessDiedError, match=call):
        repair(world.under(Faults({number: crash})))
    repair(world)

    check_the_end(world)
    assert [(each.key, each.number) for each in world.cases.repairs(YEAR)] == [
        (HERE, 1),
        (THERE, 1),
    ]


@pytest.mark.parametrize(
    "fault", [Fault(UnavailableError), Fault(UnavailableError, after=True)], ids=str
)
@pytest.mark.parametrize("number", range(len(calls_of_a_repair()) - 1))
def test_a_fault_of_any_call_is_overcome_and_nothing_is_fixed_twice(
    number: int, fault: Fault
) -> None:
    world, _ = a_doctored_world()

    report = repair(world.under(Faults({number: fault})))

    assert report.left == ()
    assert [each.key for each in report.repairs] == [HERE, THERE]
    check_the_end(world)


@pytest.mark.parametrize(("number", "call"), list(enumerate(calls_of_a_repair())), ids=str)
def test_a_refusal_is_told_at_once(number: int, call: str) -> None:
    world, _ = a_doctored_world()
    faults = Faults({number: Fault(RefusedError)})

    with pytest.raises(RefusedError, match=call):
        repair(world.under(faults))

    assert len(faults.calls) == number + 1


def test_a_repair_that_never_finds_a_quiet_moment_leaves_everything_and_says_so() -> None:
    world, _ = a_doctored_world()
    before = stored(world)

    def meanwhile() -> None:
        world.record(a_compliance_outcome(f"9-{len(busy.calls)}", authority=OTHER_DISTRICT))

    busy = Faults(before_each=meanwhile)
    report = repair(world.under(busy))

    assert report == RepairReport((), tuple(sorted(KEYS)))
    assert stored(world) == before
    assert busy.calls.count("DoctoredCaseStore.tallies") == ROUNDS


def test_a_table_that_never_answers_ends_with_what_is_left() -> None:
    world, _ = a_doctored_world()
    script = {number: Fault(ThrottledError) for number in range(ROUNDS)}

    assert repair(world.under(Faults(script))).left == tuple(sorted(KEYS))


class BusyCaseStore(DoctoredCaseStore):
    """Something happens just before its tallies are read for the first time, and just after."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: list[Callable[[], None]] = []

    def tallies(self, keys: Collection[TallyKey]) -> Mapping[TallyKey, StoredTally]:
        """Read them in between."""
        if self.happens:
            self.happens.pop(0)()
        found = super().tallies(keys)
        if self.happens:
            self.happens.pop(0)()
        return found


def test_a_reset_between_two_readings_is_seen_though_versions_and_counts_add_up_as_before() -> None:
    cases = BusyCaseStore()
    world = World(cases=cases, register=a_register(*CODES))
    world.record(a_withdrawal("5", version=900), an_upheld_decision("6"))
    cases.doctor(HERE, a_tally(upheld=3))

    def reset() -> None:
        service, says = world.reset_case(), an_upheld_decision("5", version=899)
        plan = service.plan(says.reference, [says])
        service.reset(plan, Act("an operator", NOON, "mistyped"), endless())

    cases.happens = [reset, lambda: world.record(a_withdrawal("6"))]
    watched = Faults()
    repair(world.under(watched))

    assert not cases.happens
    assert watched.calls.count("BusyCaseStore.repair") == 1
    check_the_end(world)


@settings(max_examples=150)
@given(histories(), st.lists(tallies(), min_size=3, max_size=3), st.sampled_from([1, -1]))
def test_after_any_history_and_any_doctoring_a_repair_restores_the_tallies_of_the_final_states(
    history: History, doctored: list[Tally], sign: int
) -> None:
    cases = DoctoredCaseStore()
    world = World(cases=cases, register=a_register(*CODES))
    recorder = world.record_decisions()
    deliver_all(messages(*history.arrivals), [5], lambda batch: recorder.record(batch, endless()))
    for key, by in zip(KEYS, doctored, strict=True):
        cases.doctor(key, Tally({measure: sign * count for measure, count in by.items()}))

    repair(world)

    final = tally_of(history.final.values())
    for key in KEYS:
        assert stored(world, key) == final.get(key, NOTHING_COUNTED)


@settings(max_examples=150)
@given(histories(max_cases=5), st.integers(0, 2**32))
def test_repairs_and_recorders_that_interleave_anywhere_leave_the_tallies_of_the_final_states(
    history: History, seed: int
) -> None:
    cases = DoctoredCaseStore()
    world = World(cases=cases, register=a_register(*CODES))
    for key in KEYS:
        cases.doctor(key, a_tally(upheld=2, late=-1))

    def recording(pause: Callable[[], None]) -> None:
        arrivals = messages(*history.arrivals)
        Random(seed).shuffle(arrivals)
        recorder = world.under(Faults(before_each=pause)).record_decisions()
        deliver_all(arrivals, [2], lambda batch: recorder.record(batch, endless()))

    def repairing(pause: Callable[[], None]) -> None:
        repair(world.under(Faults(before_each=pause)))

    interleave(seed, recording, repairing, repairing)
    repair(world)

    assert world.cases.load(history.final.keys()) == history.final
    check_the_end(world)


def test_only_the_tallies_that_are_named_are_repaired() -> None:
    world, cases = a_doctored_world()
    later = TallyKey(ROCHFORD, ReportingYear(2021))
    world.record(an_upheld_decision("6", decided_on=date(2020, 4, 1)))
    cases.doctor(later, a_tally(upheld=1))

    repair(world)

    assert stored(world, later).upheld == 2
