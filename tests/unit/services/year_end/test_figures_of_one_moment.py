"""Figures are those of one moment, whatever is recorded while they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.domain.cases import CaseState
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.patience import Patience
from annual_review.services.year_end.close_year import YearNotClosedError
from annual_review.services.year_end.closing.examine_year import Examination
from annual_review.services.year_end.propose_reissue import NotReissuedError, ReissueProposal
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_recipient,
    a_register,
    an_authority,
    an_upheld_decision,
)
from tests.fakes.faults import Faults
from tests.fakes.patience import Waiting, endless
from tests.unit.services.year_end.reissues import propose
from tests.worlds import AFTER_THE_YEAR, World


def a_world() -> World:
    """Each of two authorities has a decision, and the two count alike."""
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.record(an_upheld_decision("1"), an_upheld_decision("2", authority=OTHER_DISTRICT))
    return world


def examine(world: World, patience: Patience | None = None) -> Examination:
    return world.close_year().examine(YEAR, AFTER_THE_YEAR, patience or endless())


def calls_of_reading() -> list[str]:
    faults = Faults()
    examine(a_world().under(faults))
    return faults.calls


CALLS = calls_of_reading()
LAST_LOOK_AT_THE_QUEUE = max(
    number for number, call in enumerate(CALLS) if call == "InMemoryDeadLetters.waiting"
)


def before_call(number: int, world: World, act: Callable[[], object]) -> World:
    """Return the world as it is reached by somebody before one of whose calls another acts."""

    def meanwhile() -> None:
        if len(slow.calls) == number:
            act()

    slow = Faults(before_each=meanwhile)
    return world.under(slow)


MOVED_THERE = an_upheld_decision(
    "1", version=2, authority=OTHER_DISTRICT, previous_authorities=[ROCHFORD]
)
MOVED_HERE = an_upheld_decision(
    "2", version=2, authority=ROCHFORD, previous_authorities=[OTHER_DISTRICT]
)


@pytest.mark.parametrize(
    "corrections",
    [
        [MOVED_THERE],
        [MOVED_HERE],
        [
            MOVED_THERE,
            MOVED_HERE,
        ],
    ],
    ids=["to the one read later", "to the one read before", "both, so that no count changes"],
)
@pytest.mark.parametrize("call", range(len(CALLS)))
def test_a_case_that_moves_to_another_authority_is_found_once(
    call: int, corrections: Sequence[CaseState]
) -> None:
    world = a_world()

    found = examine(before_call(call, world, lambda: world.record(*corrections)))

    assert found.reasons == ()
    cases = [case.reference for cases in found.cases.values() for case in cases]
    assert sorted(cases) == ["1", "2"]


@pytest.mark.parametrize("patience", [endless(), Waiting(6).patience()], ids=["endless", "little"])
def test_decisions_that_never_stop_keep_the_year_open(patience: Patience) -> None:
    world = a_world()

    def meanwhile() -> None:
        if busy.calls[-1:] == ["InMemoryCaseStore.of_tally"]:
            world.record(an_upheld_decision(f"3-{len(busy.calls)}"))

    busy = Faults(before_each=meanwhile)

    with pytest.raises(YearNotClosedError) as refusal:
        world.under(busy).close_year().close(YEAR, AFTER_THE_YEAR, patience)
    [reason] = refusal.value.reasons
    assert "decisions kept arriving while the figures were read" in reason
    assert ROCHFORD in reason
    assert world.closes.latest(YEAR) is None


class OneMessage(InMemoryDeadLetters):
    """A message about Rochford waits to be recorded until it is."""

    is_waiting = True

    def waiting(self) -> int:
        return int(self.is_waiting)

    def record(self, world: World) -> None:
        world.record(an_upheld_decision("9"))
        self.is_waiting = False


@pytest.mark.parametrize("call", range(len(CALLS)))
def test_a_message_that_has_arrived_is_told_or_counted_whenever_it_is_recorded(call: int) -> None:
    world = a_world()
    world.dead_letters = message = OneMessage()

    found = examine(before_call(call, world, lambda: message.record(world)))

    is_counted = "9" in [case.reference for case in found.cases[ROCHFORD]]
    is_told = any("messages that wait to be recorded (1)" in each for each in found.reasons)
    assert is_counted or is_told


@pytest.mark.parametrize("call", range(LAST_LOOK_AT_THE_QUEUE + 1))
def test_an_authority_that_joins_the_register_while_it_is_read_is_in_the_figures(call: int) -> None:
    world = a_world()

    def join() -> None:
        new = SeenEntry(an_authority(COUNTY), 0), SeenEntry(a_recipient(COUNTY), 0)
        world.directory.put(new, [])
        world.record(an_upheld_decision("3", authority=COUNTY))

    found = examine(before_call(call, world, join))

    assert [each.authority.code for each in found.figures.authorities][-1] == COUNTY
    assert [case.reference for case in found.cases[COUNTY]] == ["3"]


@pytest.mark.parametrize("call", range(LAST_LOOK_AT_THE_QUEUE + 1))
def test_the_first_decision_under_a_former_code_is_counted_while_the_year_is_read(
    call: int,
) -> None:
    changed = an_authority(ROCHFORD, former_codes=[COUNTY])
    world = World(register=a_register(changed, OTHER_DISTRICT))
    world.record(an_upheld_decision("1"), an_upheld_decision("2", authority=OTHER_DISTRICT))

    found = examine(
        before_call(call, world, lambda: world.record(an_upheld_decision("9", authority=COUNTY)))
    )

    assert found.figures.by_code[ROCHFORD].tally.upheld == 2


def calls_of_proposing() -> int:
    world, faults = a_world(), Faults()
    world.close()
    world.record(an_upheld_decision("8"))
    propose(world.under(faults))
    return len(faults.calls)


@pytest.mark.parametrize("call", range(calls_of_proposing()))
def test_a_reissue_counts_or_tells_what_has_arrived_whenever_it_is_recorded(call: int) -> None:
    world = a_world()
    world.close()
    world.record(an_upheld_decision("8"))
    world.dead_letters = message = OneMessage()

    proposal: ReissueProposal | None = None
    try:
        proposal = propose(before_call(call, world, lambda: message.record(world)))
    except NotReissuedError as refusal:
        assert "messages that wait to be recorded (1)" in str(refusal)  # noqa: PT017 (one of two)
    if proposal is not None:
        assert "9" in [case.reference for case in proposal.record.cases]
