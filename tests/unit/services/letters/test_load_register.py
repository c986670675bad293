"""Loading the register takes back the letters that would print it otherwise, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.recipients import Recipient
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.letters.letter import (
    LetterMove,
)
from annual_review.services.letters.load_register import LoadReport
from annual_review.services.letters.prepare_letter import Preparation
from annual_review.services.letters.register.changed_entries import MOST_WRITES, Entries
from tests.builders import (
    COUNTY,
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter_id,
    a_recipient,
    a_register,
    an_authority,
)
from tests.fakes.faults import Fault, Faults, ProcessDiedError
from tests.worlds import AFTER_THE_YEAR, World

S = LetterState
ACT = Act("a.person", NOON)
LETTER = a_letter_id()
NEW = a_recipient(email="new.chief@rochford.example")
GONE = an_authority(
    ROCHFORD, name="Rochford", in_being_to=date(2019, 6, 30), successors=[OTHER_DISTRICT]
)


def a_world(*authorities: Authority | str) -> World:
    """Every letter is prepared."""
    world = World(register=a_register(*(authorities or (ROCHFORD, OTHER_DISTRICT))))
    world.close()
    prepare_queued(world)
    return world


def prepare_queued(world: World) -> None:
    for letter in world.to_prepare.take():
        world.prepare_letter().prepare(letter, AFTER_THE_YEAR)


def load(world: World, *entries: Authority | Recipient, is_dry_run: bool = False) -> LoadReport:
    wanted = Entries(
        {each.code: each for each in entries if isinstance(each, Authority)},
        {each.authority: each for each in entries if isinstance(each, Recipient)},
    )
    return world.load_register().load(wanted, [YEAR], ACT, is_dry_run=is_dry_run)


def planned(world: World) -> set[AuthorityCode]:
    """Return whose letters wait to be prepared."""
    return {each.id.authority for each in world.letters.of_year(YEAR) if each.state is S.PLANNED}


def test_a_changed_recipient_takes_its_own_letter_back_and_no_other() -> None:
    world = a_world()

    assert load(world, NEW, a_recipient(OTHER_DISTRICT)) == LoadReport(1, (LETTER,), ())

    assert planned(world) == {ROCHFORD}
    assert list(world.to_prepare.take()) == [LETTER]
    assert world.letters.get(LETTER).history[-1].why == "recipient or register changed by a.person"
    assert world.directory.recipient(ROCHFORD) == NEW
    world.prepare()
    assert world.letters.get(LETTER).recipients == (NEW.email,)


def test_only_entries_that_differ_are_written() -> None:
    world = a_world()

    load(world, *world.register.values(), NEW, a_recipient(OTHER_DISTRICT))
    load(world, *world.register.values(), NEW, a_recipient(OTHER_DISTRICT))

    kept = world.directory.read()
    assert [each.version for each in kept.authorities.values()] == [1, 1]
    assert {code: each.version for code, each in kept.recipients.items()} == {
        ROCHFORD: 2,
        OTHER_DISTRICT: 1,
    }


@pytest.mark.parametrize(
    ("changed", "taken_back"),
    [
        (a_recipient(OTHER_DISTRICT, email="new@e.example"), {ROCHFORD, OTHER_DISTRICT}),
        (an_authority(OTHER_DISTRICT, name="Renamed"), {ROCHFORD, OTHER_DISTRICT}),
        (replace(GONE, successors=(COUNTY,)), {ROCHFORD}),
        (replace(GONE, successors=(OTHER_DISTRICT, COUNTY)), {ROCHFORD}),
        (a_recipient(ROCHFORD, email="new@e.example"), set()),
        (an_authority(COUNTY, population=9), set()),
    ],
    ids=["successor's recipient", "its name", "another", "one more", "of the gone", "a number"],
)
def test_a_letter_is_taken_back_when_whoever_answers_for_its_authority_changes(
    changed: Authority | Recipient, taken_back: set[AuthorityCode]
) -> None:
    world = a_world(GONE, OTHER_DISTRICT, COUNTY)

    report = load(world, changed)

    assert {each.authority for each in report.taken_back} == planned(world) == taken_back
    assert report.changed == 1


@pytest.mark.parametrize("state", S)
def test_a_letter_that_may_have_just_gone_is_told(state: LetterState) -> None:
    world = a_world()
    letter = world.letters.get(LETTER)
    world.letters._letters[LETTER] = replace(letter, state=state)

    report = load(world, NEW)

    is_under_way = state in {S.CLAIMED, S.ACCEPTED, S.UNKNOWN}
    assert report.too_late == ((LETTER,) if is_under_way else ())
    is_open = state in {S.PLANNED, S.PREPARED, S.HELD, S.APPROVED, S.FAILED}
    assert report.taken_back == ((LETTER,) if is_open else ())
    assert world.directory.recipient(ROCHFORD) == NEW


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    world = a_world()
    kept, letters = world.directory.read(), world.letters.of_year(YEAR)

    report = load(world, NEW, is_dry_run=True)

    assert (world.directory.read(), world.letters.of_year(YEAR)) == (kept, letters)
    assert len(world.to_prepare) == 0
    assert report == load(world, NEW)


class LimitedDirectory(InMemoryDirectory):
    """Takes no more at once than the table does."""

    def put(self, entries: Sequence[SeenEntry], letters: Sequence[LetterMove]) -> None:
        assert len(entries) + len(letters) <= MOST_WRITES
        super().put(entries, letters)


def test_more_entries_than_one_write_takes_are_loaded_in_several() -> None:
    codes = [f"E0700{number:04}" for number in range(120)]
    world = a_world(*codes)
    world.directory = LimitedDirectory(world.register, world.directory.receiving, world.letters)
    told: list[tuple[int, int]] = []

    changed = {AuthorityCode(code): a_recipient(code, email="new@e.example") for code in codes}
    report = world.load_register().load(
        Entries({}, changed), [YEAR], ACT, lambda done, of: told.append((done, of))
    )

    assert (report.changed, len(report.taken_back)) == (120, 120)
    assert world.directory.recipients() == changed
    assert planned(world) == set(changed)
    assert told == [(0, 120), (120, 120)]


def calls_of_loading(world: World) -> int:
    faults = Faults()
    load(world.under(faults), NEW)
    return len(faults.calls)


@pytest.mark.parametrize("call", range(calls_of_loading(World(register=a_register(ROCHFORD)))))
def test_a_letter_that_is_planned_meanwhile_is_not_left_with_what_was_there_before(
    call: int,
) -> None:
    world = World(register=a_register(ROCHFORD))

    def somebody_closes() -> None:
        if len(slow.calls) == call:
            world.close()
            prepare_queued(world)

    slow = Faults(before_each=somebody_closes)
    load(world.under(slow), NEW)

    prepare_queued(world)
    assert world.letters.get(LETTER).recipients == (NEW.email,)


@pytest.mark.parametrize("call", range(calls_of_loading(a_world())))
def test_an_entry_is_written_together_with_every_letter_that_is_made_from_it(call: int) -> None:
    world = a_world(GONE, OTHER_DISTRICT)
    changed = a_recipient(OTHER_DISTRICT, email="new@e.example")

    with pytest.raises(ProcessDiedError):
        load(world.under(Faults({call: Fault(ProcessDiedError)})), changed)

    is_kept = world.directory.recipient(OTHER_DISTRICT) == changed
    assert planned(world) == ({ROCHFORD, OTHER_DISTRICT} if is_kept else set())


SUCCEEDS = replace(GONE, successors=(COUNTY,))
RECEIVES = a_recipient(COUNTY, email="new@e10000012.example")
RENAMED, COUNTED = an_authority(COUNTY, name="Renamed"), an_authority(COUNTY, population=9)


@pytest.mark.parametrize(
    ("first", "second"),
    [(SUCCEEDS, RECEIVES), (RECEIVES, SUCCEEDS), (RENAMED, COUNTED)],
    ids=["successor before its recipient", "recipient before it succeeds", "one authority"],
)
@pytest.mark.parametrize("call", range(calls_of_loading(a_world())))
def test_of_two_who_load_at_once_neither_leaves_a_letter_that_prints_something_else(
    call: int, first: Authority | Recipient, second: Authority | Recipient
) -> None:
    world = a_world(GONE, OTHER_DISTRICT, COUNTY)

    def the_other() -> None:
        if len(slow.calls) == call:
            load(world, first)
            prepare_queued(world)

    slow = Faults(before_each=the_other)
    load(world.under(slow), second)
    prepare_queued(world)

    again = [world.prepare(code) for code in (ROCHFORD, OTHER_DISTRICT, COUNTY)]
    assert again == [Preparation.UNCHANGED] * 3
