from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.reporting_year import Revision
from annual_review.domain.year_phases import YearPhase
from annual_review.services.errors import ThrottledError, UnavailableError
from annual_review.services.letters.letter import Move
from annual_review.services.year_end.year_phases import PhaseRecord, PhaseStep
from tests.builders import COUNTY, NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id, a_register
from tests.fakes.faults import CRASHES, Fault, Faults, ProcessDiedError
from tests.unit.services.year_end.reissues import reissue
from tests.worlds import AFTER_THE_YEAR, World

P = YearPhase
S = LetterState
THE_WAY = (P.CLOSED, P.PREPARED, P.APPROVED, P.RELEASED, P.COMPLETE)


def a_closed_world() -> World:
    """A year of two authorities that was just closed."""
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.close()
    return world


def move(world: World, state: LetterState, *authorities: str) -> None:
    """Put letters into a state, by whatever way."""
    for code in authorities or (ROCHFORD, OTHER_DISTRICT):
        letter = world.letters.get(a_letter_id(code))
        step = Move(state, NOON, "for a test", counts_as_attempt=state is S.CLAIMED)
        super(type(world.letters), world.letters).move_all([(letter, step)])


def phases(world: World) -> list[YearPhase]:
    return [step.phase for step in world.phases.get(YEAR).history]


def test_a_year_that_nobody_closed_has_no_history() -> None:
    world = World()

    assert world.year_phases().advance(YEAR, NOON) == PhaseRecord(YEAR)
    assert world.year_phases().read(YEAR).proven_phase.phase is P.OPEN


def test_closing_a_year_takes_it_to_closed_and_says_why() -> None:
    world = a_closed_world()

    record = world.phases.get(YEAR)
    assert record.history == (
        PhaseStep(AFTER_THE_YEAR, P.CLOSED, "the figures of 2 authorities are frozen"),
    )
    assert (record.phase, record.since) == (P.CLOSED, AFTER_THE_YEAR)


def test_a_year_moves_on_when_its_last_letter_does() -> None:
    world = a_closed_world()
    for state, phase in ((S.PREPARED, P.PREPARED), (S.APPROVED, P.APPROVED)):
        before = world.phases.get(YEAR)
        move(world, state, ROCHFORD)
        assert world.year_phases().advance(YEAR, NOON) == before
        move(world, state, OTHER_DISTRICT)
        assert world.year_phases().advance(YEAR, NOON).phase is phase


def test_several_steps_are_taken_at_once_and_none_is_left_out() -> None:
    world = a_closed_world()
    move(world, S.CLAIMED)
    move(world, S.DELIVERED)

    record = world.year_phases().advance(YEAR, NOON)

    assert phases(world) == list(THE_WAY)
    assert [step.at for step in record.history[1:]] == [NOON] * 4
    assert "2 letters" in record.history[-1].why


def test_advancing_again_changes_nothing() -> None:
    world = a_closed_world()
    first = world.year_phases().advance(YEAR, NOON)

    assert world.year_phases().advance(YEAR, NOON + timedelta(hours=1)) == first


def test_what_is_kept_never_goes_back() -> None:
    world = a_closed_world()
    move(world, S.DELIVERED)
    complete = world.year_phases().advance(YEAR, NOON)

    world.put_letter(S.PLANNED, letter=replace(a_letter_id(), dispatch=Dispatch(2)))

    assert world.year_phases().advance(YEAR, NOON) == complete
    assert world.year_phases().read(YEAR).proven_phase.phase is P.CLOSED


def test_a_reissue_plans_a_letter_for_the_one_that_it_reissues_and_for_nobody_else() -> None:
    world = a_closed_world()
    move(world, S.DELIVERED)
    late = World(register=a_register(ROCHFORD, OTHER_DISTRICT, COUNTY, "E06000001"))
    late.close()
    [first] = late.closes.of_year(YEAR)
    again = replace(first, revision=Revision(2), reissues=COUNTY)
    figures = late.documents.get(f"{first.folder}/figures.json")
    world.documents.put(f"{again.folder}/figures.json", figures, "application/json")
    world.closes.add(again)

    read = world.year_phases().read(YEAR)

    assert read.names.keys() == {ROCHFORD, OTHER_DISTRICT, COUNTY}
    assert read.facts.missing == (COUNTY,)


def test_a_letter_that_a_reissue_replaces_is_not_that_of_its_authority_any_more() -> None:
    world = a_closed_world()
    move(world, S.DELIVERED)
    second = reissue(world, same_figures=True).letter
    del world.letters._letters[second]

    read = world.year_phases().read(YEAR)

    assert [each.id.authority for each in read.letters] == [OTHER_DISTRICT]
    assert (read.proven_phase.phase, read.facts.missing) == (P.CLOSED, (ROCHFORD,))


def test_while_letters_do_not_add_up_the_year_is_not_complete() -> None:
    world = a_closed_world()
    move(world, S.DELIVERED)
    world.put_letter(S.DELIVERED, "E10000012")

    record = world.year_phases().advance(YEAR, NOON)

    assert record.phase is P.RELEASED
    assert world.year_phases().read(YEAR).proven_phase.reasons == (
        "there is a letter and no frozen figures for E10000012",
    )


@pytest.mark.parametrize("call", range(8))
def test_two_at_once_take_each_step_once(call: int) -> None:
    world = a_closed_world()
    move(world, S.DELIVERED)
    until_then = iter(range(call + 1))
    kept: list[PhaseRecord] = []

    def the_other() -> None:
        """Take all steps that are left just before one call of the first."""
        if next(until_then, None) == call:
            kept.append(world.year_phases().advance(YEAR, NOON + timedelta(minutes=1)))

    record = world.under(Faults(before_each=the_other)).year_phases().advance(YEAR, NOON)

    assert phases(world) == list(THE_WAY)
    assert [record] == kept == [world.phases.get(YEAR)]


@pytest.mark.parametrize(
    "fault",
    [*CRASHES, Fault(ThrottledError), Fault(UnavailableError), Fault(UnavailableError, after=True)],
    ids=str,
)
@pytest.mark.parametrize("call", range(8))
def test_an_advance_that_broke_off_is_finished_by_the_next(call: int, fault: Fault) -> None:
    world = a_closed_world()
    move(world, S.DELIVERED)
    with pytest.raises((ProcessDiedError, ThrottledError, UnavailableError)):
        world.under(Faults({call: fault})).year_phases().advance(YEAR, NOON)

    world.year_phases().advance(YEAR, NOON)

    assert phases(world) == list(THE_WAY)


def test_a_close_that_broke_off_before_its_phase_was_kept_is_finished_by_the_next() -> None:
    world = World()
    faults = Faults({})
    world.under(faults).close()
    last = len(faults.calls) - 1
    again = World()
    with pytest.raises(ProcessDiedError):
        again.under(Faults({last: Fault(ProcessDiedError)})).close()
    assert phases(again) == []

    again.close()

    assert phases(again) == [P.CLOSED]
