"""A note is taken back: what it proposed goes, unless somebody reviewed it; both lists agree."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annual_review.domain.letters import Act, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import Status
from annual_review.services.errors import PortError, UnavailableError
from annual_review.services.letters.own_performance import Note
from annual_review.services.review.noted_paragraphs import NotedParagraphs, noted_paragraphs
from annual_review.services.review.take_note_back import NoteError, TakenBack
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id, a_register
from tests.fakes.faults import CRASHES, Fault, Faults, ProcessDiedError
from tests.fakes.scheduler import interleave
from tests.unit.services.letters.own_paragraphs import (
    ASKED,
    NOTE,
    a_closed_world,
    load,
    prepare_queued,
    printed,
)
from tests.worlds import AFTER_THE_YEAR, World

BEN = Act("Ben", AFTER_THE_YEAR, "another council")


def take_back(world: World, *, words: str = "", is_dry_run: bool = False) -> TakenBack:
    return world.take_note_back().take_back(
        YEAR, ROCHFORD, NOTE.family, BEN, words=words, is_dry_run=is_dry_run
    )


def noted(world: World) -> NotedParagraphs:
    [found] = noted_paragraphs(world.paragraphs, YEAR, AFTER_THE_YEAR)
    return found


def status_of_note(world: World) -> Status | None:
    found = noted(world)
    paragraph = found.of_note(found.notes[0])
    return paragraph.status if paragraph else None


def test_a_note_taken_back_before_the_close_is_in_no_letter_and_stays_known() -> None:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    load(world, NOTE)

    done = take_back(world)
    world.record()
    world.close()
    prepare_queued(world)

    assert not done.is_prepared_again
    assert printed(world) == ()
    assert [each.taken_back for each in world.paragraphs.notes(YEAR, ROCHFORD)] == [BEN]


def test_what_nobody_reviewed_goes_with_its_note_when_the_letter_is_prepared() -> None:
    world = a_closed_world()
    load(world, NOTE)
    prepare_queued(world)

    done = take_back(world)
    expected = noted(world).once_prepared
    prepare_queued(world)

    assert (done.stays, done.is_prepared_again) == (None, True)
    assert NOTE.text not in printed(world)
    withdrawn = noted(world).kept.get("note-1")
    assert (withdrawn.history[-1].by, withdrawn.history[-1].why) == (BEN.by, BEN.reason)
    assert noted(world).kept.paragraphs == expected.paragraphs


def test_what_was_reviewed_is_told_and_stays() -> None:
    world = a_closed_world()
    load(world, NOTE)
    prepare_queued(world)
    world.review_paragraphs().keep(ASKED, ["note-1"])

    done = take_back(world)
    prepare_queued(world)

    assert done.stays is not None
    assert done.stays.status is Status.KEPT
    assert NOTE.text in printed(world)


def test_a_note_that_is_loaded_once_more_is_proposed_once_more() -> None:
    world = a_closed_world()
    load(world, NOTE)
    prepare_queued(world)
    take_back(world)
    prepare_queued(world)

    again = load(world, NOTE)
    prepare_queued(world)

    assert again.new == 1
    assert status_of_note(world) is Status.PROPOSED
    assert NOTE.text in printed(world)


def test_a_note_is_listed_as_a_paragraph_before_its_letter_is_prepared() -> None:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    load(world, NOTE)

    found = noted(world)

    [paragraph] = found.once_prepared.paragraphs
    assert (paragraph.text, found.waits(paragraph)) == (NOTE.text, True)


def test_a_dry_run_takes_nothing_back() -> None:
    world = a_closed_world()
    load(world, NOTE)
    prepare_queued(world)

    assert take_back(world, is_dry_run=True).is_prepared_again

    assert noted(world).notes[0].taken_back is None
    assert not list(world.to_prepare.take())


def test_of_several_notes_of_a_family_one_is_named_by_its_words() -> None:
    world = a_closed_world()
    load(world, NOTE, replace(NOTE, text="Nobody answered."))

    with pytest.raises(NoteError, match="has 2 notes"):
        take_back(world)

    assert take_back(world, words="nobody").loaded.note.text == "Nobody answered."


@pytest.mark.parametrize("note", [None, Note(ROCHFORD, Family.LATE_REMEDIES, "Late.")])
def test_a_note_that_is_not_there_is_refused(note: Note | None) -> None:
    world = a_closed_world()
    load(world, *([note] if note else []))

    with pytest.raises(NoteError, match="no note of late_answers"):
        take_back(world)


def test_once_the_letter_is_on_its_way_its_note_stays() -> None:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    load(world, NOTE)
    world.put_letter(LetterState.ACCEPTED, ROCHFORD)

    with pytest.raises(NoteError, match="on its way"):
        take_back(world)

    assert noted(world).notes[0].taken_back is None


def test_a_taking_back_that_broke_off_leaves_a_letter_that_can_not_be_sent() -> None:
    world = a_closed_world()
    load(world, NOTE)
    prepare_queued(world)
    with pytest.raises(ProcessDiedError):
        take_back(world.under(Faults({2: CRASHES[1]})))

    [letter] = [each for each in world.letters.of_year(YEAR) if each.id.authority == ROCHFORD]

    assert (letter.state, letter.history[-1].why) == (
        LetterState.PLANNED,
        f"note taken back by {BEN.by}",
    )


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32), lost=st.none() | st.integers(0, 6))
def test_a_letter_goes_with_its_note_or_the_note_is_taken_back_and_never_both(
    seed: int, lost: int | None
) -> None:
    world = a_closed_world()
    load(world, NOTE)
    prepare_queued(world)
    answers_lost = {} if lost is None else {lost: Fault(UnavailableError, after=True)}

    def sending(pause: Callable[[], None]) -> None:
        world.under(Faults(before_each=pause)).send_letter().send(a_letter_id(), AFTER_THE_YEAR)

    def taking_back(pause: Callable[[], None]) -> None:
        with suppress(NoteError, PortError):
            take_back(world.under(Faults(answers_lost, before_each=pause)))

    interleave(seed, sending, taking_back)

    is_taken_back = noted(world).notes[0].taken_back is not None
    sent = [message.decode() for _, message in world.mailer.calls]
    assert len(sent) == (0 if is_taken_back else 1)
    assert all(NOTE.text in message for message in sent)
