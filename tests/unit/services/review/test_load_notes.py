"""Notes of the data team propose paragraphs, whether they come before the close or after it."""

from __future__ import annotations

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.own_performance import Family
from annual_review.services.letters.own_performance import Note
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
)
from tests.fakes.faults import CRASHES, Faults, ProcessDiedError
from tests.unit.services.letters.own_paragraphs import (
    ASKED,
    LATE,
    NOTE,
    OURS,
    a_closed_world,
    load,
    prepare_queued,
    printed,
    unreviewed,
)
from tests.worlds import World


def test_notes_loaded_before_the_close_are_in_the_first_letter() -> None:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    report = load(world, NOTE)
    world.record(a_compliance_outcome())
    world.close()

    world.prepare()

    assert (report.new, report.prepared_again) == (1, ())
    assert printed(world) == (NOTE.text,)


def test_notes_loaded_later_join_a_letter_that_was_reviewed() -> None:
    world = a_closed_world()
    world.prepare()
    world.review_paragraphs().edit(ASKED, LATE, "Late once.")

    assert load(world, NOTE).prepared_again == (ROCHFORD,)
    prepare_queued(world)

    assert printed(world) == (NOTE.text, "Late once.")
    assert unreviewed(world) == {OURS}


def test_the_same_notes_again_change_nothing() -> None:
    world = a_closed_world()
    load(world, NOTE)
    world.prepare()
    world.review_paragraphs().remove(ASKED, "note-1", "not fair")

    again = load(world, NOTE)
    prepare_queued(world)

    assert (again.new, again.there_already) == (0, 1)
    assert NOTE.text not in printed(world)


def test_a_dry_run_counts_and_keeps_nothing() -> None:
    world = a_closed_world()

    report = load(world, NOTE, is_dry_run=True)

    assert (report.new, report.prepared_again) == (1, (ROCHFORD,))
    assert world.paragraphs.notes(YEAR, ROCHFORD) == []
    assert not list(world.to_prepare.take())


def test_a_note_for_a_letter_on_its_way_is_left_and_named() -> None:
    world = a_closed_world()
    world.put_letter(LetterState.ACCEPTED, COUNTY)
    late = Note(AuthorityCode(COUNTY), Family.LATE_ANSWERS, "Slow.")

    report = load(world, late, NOTE)

    assert (report.new, report.too_late) == (1, (late,))
    assert world.paragraphs.notes(YEAR, late.authority) == []


def test_a_loading_that_broke_off_is_finished_by_the_next() -> None:
    world = a_closed_world()
    other = Note(OTHER_DISTRICT, Family.LATE_ANSWERS, "Slow.")
    with pytest.raises(ProcessDiedError):
        load(world.under(Faults({2: CRASHES[1]})), NOTE, other)

    report = load(world, NOTE, other)

    assert (report.new, report.there_already) == (0, 2)
    assert set(world.to_prepare.take()) == {a_letter_id(), a_letter_id(OTHER_DISTRICT)}
