"""Re-issuing fails between any two calls, or two do it at once; doing it again ends whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.services.documents import digest
from annual_review.services.errors import PortError
from annual_review.services.year_end.propose_reissue import NotReissuedError, Order
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter_id,
    a_register,
    an_upheld_decision,
)
from tests.fakes.faults import BREAKING_OFF, CRASHES, Fault, Faults, ProcessDiedError
from tests.fakes.patience import endless
from tests.fakes.scheduler import interleave
from tests.worlds import World

pytestmark = pytest.mark.thorough

SECOND = a_letter_id(revision=2)


def a_world() -> World:
    """Rochford's letter waits to be read, and one of its decisions came too late for it."""
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.record(an_upheld_decision("1"), an_upheld_decision("2", authority=OTHER_DISTRICT))
    world.close()
    list(world.to_prepare.take())
    world.prepare()
    world.record(an_upheld_decision("3"), an_upheld_decision("4", authority=OTHER_DISTRICT))
    return world


def reissue(world: World, authority: AuthorityCode = ROCHFORD) -> None:
    """Do what the command does: finish what was left, or propose and re-issue."""
    service = world.reissue_letter()
    if unfinished := service.unfinished(YEAR):
        service.finish(unfinished, NOON)
        if unfinished.authority == authority:
            return
    order = Order(YEAR, authority, "A decision came late.")
    proposal = world.propose_reissue().propose(order, NOON.date(), endless())
    service.reissue(proposal, "a data analyst", NOON)


def calls_of_reissuing() -> list[str]:
    faults = Faults()
    reissue(a_world().under(faults))
    return faults.calls


def check_the_end(world: World) -> None:
    first, second = world.closes.of_year(YEAR)
    assert (first.reissues, second.reissues) == (None, ROCHFORD)
    assert world.frozen_year()["sha256"] == second.figures_sha256
    assert world.frozen().figures.tally.upheld == 2
    letter = world.letters.get(SECOND)
    assert letter.state is LetterState.PLANNED
    assert letter.figures_sha256 == digest(world.frozen_document(f"authorities/{ROCHFORD}.json"))
    assert SECOND in set(world.to_prepare.take())
    assert world.state_of() is LetterState.HELD
    assert world.state_of(OTHER_DISTRICT) is LetterState.PLANNED
    assert len(world.letters.of_year(YEAR)) == 3


@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
@pytest.mark.parametrize(("number", "call"), list(enumerate(calls_of_reissuing())), ids=str)
def test_reissuing_again_after_a_fault_of_any_call_ends_whole(
    number: int, call: str, fault: Fault
) -> None:
    world = a_world()

    with pytest.raises((PortError, ProcessDiedError), match=call):
        reissue(world.under(Faults({number: fault})))
    reissue(world)

    check_the_end(world)


@pytest.mark.parametrize("crash", CRASHES, ids=str)
@pytest.mark.parametrize("number", range(len(calls_of_reissuing())))
def test_a_reissue_that_breaks_off_is_made_whole_or_not_at_all(number: int, crash: Fault) -> None:
    world = a_world()
    before = world.letters.of_year(YEAR)

    with pytest.raises(ProcessDiedError):
        reissue(world.under(Faults({number: crash})))

    if len(world.closes.of_year(YEAR)) == 1:
        assert world.letters.of_year(YEAR) == before
    else:
        assert world.letters.get(SECOND).state is LetterState.PLANNED
        assert world.state_of() is LetterState.HELD


@settings(max_examples=100)
@given(st.lists(st.sampled_from([None, None, None, *BREAKING_OFF]), max_size=80))
def test_reissuing_until_it_succeeds_ends_whole_whatever_failed_before(
    script: list[Fault | None],
) -> None:
    world = a_world()
    watched = world.under(Faults({number: fault for number, fault in enumerate(script) if fault}))

    for _ in range(len(script) + 1):
        try:
            reissue(watched)
        except (PortError, ProcessDiedError):
            continue
        break

    check_the_end(world)


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_of_two_who_reissue_at_once_one_wins_and_the_other_is_told(seed: int) -> None:
    world = a_world()
    told: list[str] = []

    def operator(authority: AuthorityCode) -> Callable[[Callable[[], None]], None]:
        def act(pause: Callable[[], None]) -> None:
            try:
                reissue(world.under(Faults(before_each=pause)), authority)
            except NotReissuedError as error:
                told.append(str(error))

        return act

    interleave(seed, operator(ROCHFORD), operator(OTHER_DISTRICT))

    closes = world.closes.of_year(YEAR)
    assert len(closes) + len(told) == 3
    for close in closes[1:]:
        assert close.reissues is not None
        letter = world.letters.get(a_letter_id(close.reissues, revision=close.revision))
        assert letter.state is LetterState.PLANNED
    if told:
        assert f"for {closes[1].reissues}: look at it" in told[0]
    upheld = [each["tally"]["upheld"] for each in world.frozen_year()["authorities"]]
    assert sum(upheld) == len(closes) + 1


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_closing_again_while_somebody_reissues_harms_nothing(seed: int) -> None:
    world = a_world()

    def reissuing(pause: Callable[[], None]) -> None:
        reissue(world.under(Faults(before_each=pause)))

    def closing(pause: Callable[[], None]) -> None:
        world.under(Faults(before_each=pause)).close()

    interleave(seed, reissuing, closing)

    check_the_end(world)
