from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.cases import CaseState
from annual_review.domain.tallies import TallyKey, tally_of
from annual_review.services.errors import RefusedError, ThrottledError
from annual_review.services.recording.record_decisions import ATTEMPTS, BatchReport, Verdict
from tests.builders import (
    COUNTY,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_message,
    a_register,
    a_withdrawal,
    an_authority,
    an_event,
    an_upheld_decision,
    messages,
    without,
)
from tests.fakes.cases import PoisonedCaseStore
from tests.fakes.faults import Fault, Faults
from tests.fakes.patience import endless
from tests.worlds import World

HERE = TallyKey(ROCHFORD, YEAR)


def record(world: World, *contents: CaseState | dict[str, object] | str) -> BatchReport:
    return world.record_decisions().record(messages(*contents), endless())


def verdicts(report: BatchReport) -> list[Verdict]:
    """Return the verdicts in the order of the messages."""
    return [report.verdicts[id_] for id_ in sorted(report.verdicts, key=int)]


def test_a_decision_is_recorded_with_its_tally() -> None:
    world, decision = World(), an_upheld_decision()

    report = record(world, decision)

    assert verdicts(report) == [Verdict.RECORDED]
    assert world.cases.load([decision.key]) == {decision.key: decision}
    assert world.cases.tallies([HERE]) == tally_of([decision])


def test_an_empty_batch_is_no_work() -> None:
    world = World(faults=Faults())

    assert record(world).verdicts == {}
    assert not world.faults.calls


def test_the_same_message_again_is_a_duplicate() -> None:
    world = World()
    record(world, an_upheld_decision())

    assert verdicts(record(world, an_upheld_decision())) == [Verdict.DUPLICATE]
    assert world.cases.tallies([HERE])[HERE].upheld == 1


def test_a_lower_version_that_comes_late_is_stale() -> None:
    world = World()
    record(world, a_withdrawal(version=2))

    assert verdicts(record(world, an_upheld_decision(version=1))) == [Verdict.STALE]
    assert not world.cases.tallies([HERE])


def test_what_finds_a_higher_version_recorded_is_passed_over_not_what_came_with_it() -> None:
    world = World()

    assert not record(world, an_upheld_decision(version=1), a_withdrawal(version=900)).passed_over
    assert record(world, an_upheld_decision(version=3)).passed_over == {"1": "3 before 900"}


def test_versions_of_one_case_in_one_batch_are_folded_into_a_single_write() -> None:
    world = World(faults=Faults())

    report = record(
        world,
        an_upheld_decision(version=1),
        an_upheld_decision(version=3, satisfactory_remedy=True),
        an_upheld_decision(version=2),
        an_upheld_decision(version=3, satisfactory_remedy=True),
    )

    assert verdicts(report) == [Verdict.STALE, Verdict.RECORDED, Verdict.STALE, Verdict.DUPLICATE]
    assert world.faults.calls.count("InMemoryCaseStore.commit") == 1
    assert world.cases.tallies([HERE])[HERE].satisfactory_remedies == 1


def test_a_batch_is_read_at_once_and_written_in_one_transaction() -> None:
    world = World(faults=Faults())

    record(world, *(an_upheld_decision(f"{number:08}") for number in range(99)))

    of_cases = [call for call in world.faults.calls if call.startswith("InMemoryCaseStore")]
    assert of_cases == ["InMemoryCaseStore.load", "InMemoryCaseStore.commit"]


def test_a_batch_of_stored_states_writes_nothing() -> None:
    world = World(faults=Faults())
    record(world, an_upheld_decision())

    record(world, an_upheld_decision())

    assert world.faults.calls.count("InMemoryCaseStore.commit") == 1


def test_decision_and_compliance_of_one_case_are_recorded_side_by_side() -> None:
    world = World()

    record(world, an_upheld_decision("1"), a_compliance_outcome("1"))

    assert world.cases.tallies([HERE])[HERE].compliance_outcomes == 1
    assert world.cases.tallies([HERE])[HERE].upheld == 1


def test_a_correction_moves_its_counts_to_another_authority() -> None:
    world = World(register=a_register(ROCHFORD, COUNTY))
    record(world, an_upheld_decision())

    record(world, an_upheld_decision(version=2, authority=COUNTY, previous_authorities=[ROCHFORD]))

    there = TallyKey(COUNTY, YEAR)
    assert {key: t for key, t in world.cases.tallies([HERE, there]).items() if t} == {
        there: tally_of([an_upheld_decision()])[HERE]
    }


def test_a_malformed_message_goes_whole_to_the_dead_letters_and_its_neighbours_are_kept() -> None:
    world = World()
    broken = without(an_event(), "version")

    report = record(world, an_upheld_decision("1"), broken, an_upheld_decision("2"))

    assert verdicts(report) == [Verdict.RECORDED, Verdict.REJECTED, Verdict.RECORDED]
    assert world.dead_letters.rejected == [
        (a_message(broken, "2"), "missing_field: detail.version")
    ]
    assert report.reasons == {"2": "missing_field: detail.version"}


def test_an_unknown_authority_is_a_reason_to_reject() -> None:
    world = World()

    report = record(world, an_upheld_decision(authority="E99999999"))

    assert report.reasons == {"1": "unknown_authority: E99999999"}
    assert verdicts(report) == [Verdict.REJECTED]


def test_a_decision_from_before_the_authority_existed_is_rejected() -> None:
    world = World(register=a_register(an_authority(in_being_from=date(2019, 4, 1))))

    report = record(
        world,
        an_upheld_decision("1", decided_on=date(2019, 3, 31)),
        an_upheld_decision("2", decided_on=date(2019, 4, 1)),
        a_compliance_outcome("3", recorded_on=date(2019, 3, 31)),
    )

    assert verdicts(report) == [Verdict.REJECTED, Verdict.RECORDED, Verdict.REJECTED]
    assert set(report.reasons.values()) == {"before_authority_existed: E07000075 began 2019-04-01"}


def test_a_decision_after_the_end_of_an_authority_is_taken() -> None:
    world = World(register=a_register(an_authority(in_being_to=date(2019, 3, 31))))

    assert verdicts(record(world, an_upheld_decision())) == [Verdict.RECORDED]


def test_a_version_that_contradicts_the_stored_one_is_rejected_for_a_person_to_look() -> None:
    world = World()
    record(world, an_upheld_decision(version=2))

    report = record(world, an_upheld_decision(version=2, satisfactory_remedy=True))

    assert report.reasons == {"1": "version_contradicts: version 2"}
    assert world.cases.tallies([HERE]) == tally_of([an_upheld_decision()])


def test_of_two_contradicting_arrivals_the_first_stands_and_the_second_is_rejected() -> None:
    world = World()

    report = record(world, a_withdrawal(version=2), an_upheld_decision(version=2))

    assert verdicts(report) == [Verdict.RECORDED, Verdict.REJECTED]


def test_a_contradiction_that_a_higher_version_has_settled_is_merely_stale() -> None:
    world = World()

    report = record(
        world, a_withdrawal(version=2), an_upheld_decision(version=2), a_withdrawal(version=3)
    )

    assert verdicts(report) == [Verdict.STALE, Verdict.STALE, Verdict.RECORDED]


@pytest.mark.parametrize("version", [1003, 2**53 - 1])
def test_a_version_far_above_the_known_one_is_set_aside_and_corrections_still_count(
    version: int,
) -> None:
    world = World(register=a_register(ROCHFORD, COUNTY))
    record(world, an_upheld_decision(version=2))

    report = record(world, an_upheld_decision(version=version, authority=COUNTY))

    assert report.reasons == {"1": f"implausible_version: {version} after 2"}
    assert verdicts(record(world, a_withdrawal(version=3))) == [Verdict.RECORDED]


def test_a_version_a_thousand_above_the_known_one_is_taken() -> None:
    world = World()
    record(world, an_upheld_decision(version=2))

    assert verdicts(record(world, an_upheld_decision(version=1002))) == [Verdict.RECORDED]


def test_in_one_batch_an_implausible_version_is_set_aside_wherever_it_stands() -> None:
    jump, first = an_upheld_decision(version=2**53 - 1), a_withdrawal()

    for one, other in ((jump, first), (first, jump)):
        world = World()
        report = record(world, one, other)
        assert world.cases.load([first.key]) == {first.key: first}
        assert list(report.reasons.values()) == [f"implausible_version: {2**53 - 1} after 2"]


def test_a_batch_is_folded_in_the_order_of_versions_whatever_the_order_of_arrival() -> None:
    report = record(World(), a_withdrawal(version=1500), an_upheld_decision(version=1000))

    assert verdicts(report) == [Verdict.RECORDED, Verdict.STALE]


@given(st.sets(st.integers(1, 4000), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_in_any_order_what_is_set_aside_passes_once_the_versions_below_it_are_recorded(
    versions: set[int], chance: Random
) -> None:
    reachable = 0
    for version in sorted(versions):
        reachable = version if version <= reachable + 1000 else reachable
    arrivals = messages(*(an_upheld_decision(version=each) for each in sorted(versions)))
    chance.shuffle(arrivals)
    world = World()

    for message in arrivals:
        world.record_decisions().record([message], endless())
    for _ in versions:
        replayed = [message for message, _ in world.dead_letters.rejected]
        world.dead_letters.rejected.clear()
        for message in replayed:
            world.record_decisions().record([message], endless())

    stored = world.cases.load([an_upheld_decision().key]).values()
    assert [state.version for state in stored] == ([reachable] if reachable else [])
    assert len(world.dead_letters.rejected) == sum(each > reachable for each in versions)


def test_a_message_that_cannot_even_be_kept_among_the_dead_letters_is_handed_back() -> None:
    world = World(faults=Faults({0: Fault(ThrottledError)}))

    report = record(world, "not json")

    assert report.handed_back == ["1"]
    assert report.reasons == {}
    assert report.errors == {"ThrottledError": 1}


def test_a_message_whose_authority_cannot_be_looked_up_is_handed_back_alone() -> None:
    world = World(faults=Faults({0: Fault(ThrottledError)}))

    report = record(world, an_upheld_decision("1"), an_upheld_decision("2"))

    assert verdicts(report) == [Verdict.HANDED_BACK, Verdict.RECORDED]


def test_a_contradiction_that_cannot_be_kept_among_the_dead_letters_is_handed_back() -> None:
    world = World()
    record(world, an_upheld_decision())
    # Three calls: the authority, the stored state, and the dead letter.
    world = world.under(Faults({2: Fault(ThrottledError)}))

    report = record(world, an_upheld_decision(satisfactory_remedy=True))

    assert verdicts(report) == [Verdict.HANDED_BACK]


def test_a_case_that_can_never_be_written_fails_alone() -> None:
    decisions = [an_upheld_decision(f"{number:08}") for number in range(40)]
    world = World(cases=PoisonedCaseStore(poisoned={decisions[17].key}))

    report = record(world, *decisions)

    assert report.handed_back == ["18"]
    assert report.count(Verdict.RECORDED) == 39
    assert world.cases.tallies([HERE])[HERE].upheld == 39


def test_two_poisoned_cases_leave_their_neighbours_alone() -> None:
    decisions = [an_upheld_decision(f"{number:08}") for number in range(99)]
    world = World(cases=PoisonedCaseStore(poisoned={decisions[0].key, decisions[50].key}))

    report = record(world, *decisions)

    assert report.handed_back == ["1", "51"]
    assert report.errors.keys() == {"RefusedError"}


@pytest.mark.parametrize("error", [ThrottledError, RefusedError])
def test_when_nothing_can_be_read_nothing_is_acknowledged(error: type[Exception]) -> None:
    # The first call is for the authority; every reading after it fails.
    world = World(faults=Faults(dict.fromkeys(range(1, 50), Fault(error))))

    report = record(world, an_upheld_decision())

    assert report.handed_back == ["1"]
    assert report.errors == {error.__name__: ATTEMPTS}


def test_a_tally_is_never_written_without_its_cases() -> None:
    decision = an_upheld_decision()
    world = World(cases=PoisonedCaseStore(poisoned={decision.key}))

    record(world, decision)

    assert world.cases.tallies([HERE]) == {}
    assert world.cases.of_tally(HERE) == ()


class TestAChangedCode:
    BEFORE = "E07000001"

    def world(self) -> World:
        began = date(2020, 1, 1)
        now = an_authority(ROCHFORD, in_being_from=began, former_codes=[self.BEFORE])
        return World(register=a_register(now, COUNTY))

    @pytest.mark.parametrize("day", [date(2019, 4, 1), date(2020, 3, 31)])
    def test_events_under_the_former_one_are_taken_at_any_time(self, day: date) -> None:
        world = self.world()

        report = record(
            world,
            an_upheld_decision("1", authority=self.BEFORE, decided_on=day),
            a_compliance_outcome("1", authority=ROCHFORD, recorded_on=day),
        )

        assert verdicts(report) == [Verdict.RECORDED] * 2

    @pytest.mark.parametrize("codes", [(BEFORE, ROCHFORD), (ROCHFORD, BEFORE)])
    @pytest.mark.parametrize("at_once", [True, False])
    def test_a_state_that_comes_under_both_is_the_same_state(
        self, codes: tuple[str, str], *, at_once: bool
    ) -> None:
        world = self.world()
        states = [an_upheld_decision("1", authority=code) for code in codes]

        reports = [record(world, *states)] if at_once else [record(world, each) for each in states]

        found = [verdict for report in reports for verdict in verdicts(report)]
        assert found == [Verdict.RECORDED, Verdict.DUPLICATE]

    def test_another_state_of_that_version_contradicts_under_either(self) -> None:
        world = self.world()
        record(world, an_upheld_decision("1", authority=self.BEFORE))

        report = record(world, an_upheld_decision("1", satisfactory_remedy=True))
        of_another = record(world, an_upheld_decision("1", authority=COUNTY))

        assert verdicts(report) == verdicts(of_another) == [Verdict.REJECTED]
