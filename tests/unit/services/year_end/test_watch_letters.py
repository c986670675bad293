from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from annual_review.domain.letters import ENDS_WITHIN, Dispatch, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import ENDS, REFUSED, YearPhase
from annual_review.services.errors import ThrottledError
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.reopen_letters import reopened
from annual_review.services.year_end.watch_letters import (
    ASKED_AGAIN_WITHIN,
    PREPARED_WITHIN,
    SETTLES_WITHIN,
    YEARS_WATCHED,
    YearWatch,
    overdue_unknown,
    stuck_letters,
)
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter,
    a_letter_id,
    a_register,
)
from tests.fakes.faults import Fault, Faults
from tests.unit.services.year_end.reissues import reissue
from tests.worlds import AFTER_THE_YEAR, ISSUE_DATE, World

S = LetterState
MOMENT = timedelta(seconds=1)
MORNING = datetime.combine(ISSUE_DATE, time(), UTC)


def a_letter_through(*events: tuple[LetterState, datetime], attempts: int = 0) -> Letter:
    """Build a letter with a history; it is where that ends."""
    history = tuple(Event(at, state, "for a test") for state, at in events)
    return replace(a_letter(events[-1][0]), history=history, attempts=attempts)


def is_stuck(letter: Letter, at: datetime) -> bool:
    return bool(stuck_letters([letter], ISSUE_DATE, at))


@pytest.mark.parametrize("then", [(), (S.ACCEPTED,), (S.UNKNOWN,), (S.UNKNOWN, S.ACCEPTED)])
def test_a_letter_has_72_hours_from_its_claim(then: Sequence[LetterState]) -> None:
    afterwards = [(state, NOON + MOMENT) for state in then]
    letter = a_letter_through(
        (S.PLANNED, AFTER_THE_YEAR), (S.CLAIMED, NOON), *afterwards, attempts=1
    )

    assert not is_stuck(letter, NOON + ENDS_WITHIN)
    [stuck] = stuck_letters([letter], ISSUE_DATE, NOON + ENDS_WITHIN + MOMENT)
    assert (stuck.letter, stuck.since) == (letter, NOON)
    assert timedelta(hours=72) == ENDS_WITHIN


def test_of_several_claims_the_last_counts() -> None:
    later = NOON + timedelta(days=1)
    letter = a_letter_through(
        (S.CLAIMED, NOON), (S.APPROVED, NOON), (S.CLAIMED, later), (S.ACCEPTED, later), attempts=2
    )

    assert not is_stuck(letter, later + ENDS_WITHIN)
    assert is_stuck(letter, later + ENDS_WITHIN + MOMENT)


@pytest.mark.parametrize("state", sorted(ENDS - REFUSED))
def test_a_letter_that_came_to_an_end_is_never_stuck(state: LetterState) -> None:
    letter = a_letter_through((S.CLAIMED, NOON), (state, NOON), attempts=1)

    assert not is_stuck(letter, NOON + timedelta(days=365))


@pytest.mark.parametrize("state", sorted(REFUSED))
def test_a_refused_letter_is_stuck_until_a_person_has_dealt_with_it(state: LetterState) -> None:
    letter = a_letter_through((S.CLAIMED, NOON), (state, NOON), attempts=1)
    dealt_with = Event(NOON, state, "by post", EventKind.DEALT_WITH)

    assert is_stuck(letter, NOON + ENDS_WITHIN + MOMENT)
    done = replace(letter, history=(*letter.history, dealt_with))
    assert not is_stuck(done, NOON + timedelta(days=365))


@pytest.mark.parametrize("state", [S.PLANNED, S.PREPARED, S.APPROVED, S.FAILED])
def test_a_letter_that_nobody_claimed_is_stuck_72_hours_after_its_letters_day(
    state: LetterState,
) -> None:
    letter = a_letter_through((state, AFTER_THE_YEAR))

    assert not is_stuck(letter, MORNING + ENDS_WITHIN)
    assert is_stuck(letter, MORNING + ENDS_WITHIN + MOMENT)


def test_a_letter_that_was_planned_after_the_letters_day_has_72_hours_from_then() -> None:
    planned = MORNING + timedelta(days=30)
    letter = a_letter_through((S.PLANNED, planned), (S.APPROVED, planned + timedelta(hours=60)))

    assert not is_stuck(letter, planned + ENDS_WITHIN)
    assert is_stuck(letter, planned + ENDS_WITHIN + MOMENT)


def test_the_letter_that_is_stuck_longest_comes_first() -> None:
    late = replace(a_letter_through((S.CLAIMED, NOON + MOMENT)), id=a_letter().id)
    early = replace(a_letter_through((S.CLAIMED, NOON)), id=a_letter(authority=OTHER_DISTRICT).id)

    found = stuck_letters([late, early], ISSUE_DATE, NOON + timedelta(days=9))

    assert [each.letter for each in found] == [early, late]


def test_an_unknown_letter_has_an_hour_to_be_settled_by_a_report() -> None:
    letter = a_letter_through((S.CLAIMED, NOON - timedelta(hours=1)), (S.UNKNOWN, NOON))

    assert overdue_unknown([letter], NOON + SETTLES_WITHIN) == ()
    assert overdue_unknown([letter], NOON + SETTLES_WITHIN + MOMENT) == (letter,)
    assert overdue_unknown([a_letter(S.ACCEPTED)], NOON + timedelta(days=1)) == ()


def a_closed_world(state: LetterState) -> World:
    """A closed year of two authorities, one letter delivered and the other in some state."""
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.close()
    for code, put in ((ROCHFORD, state), (OTHER_DISTRICT, S.DELIVERED)):
        letter = replace(a_letter(authority=code).id, dispatch=Dispatch(2))
        world.put_letter(put, letter=letter)
    return world


def watch(world: World, last: ReportingYear = YEAR, at: datetime = NOON) -> Sequence[YearWatch]:
    return list(world.watch_letters().watch(last, at))


def test_a_watch_advances_the_year_and_names_what_is_stuck() -> None:
    world = a_closed_world(S.UNKNOWN)

    [watched] = watch(world, at=NOON + timedelta(days=4))

    assert (watched.year, watched.phase) == (YEAR, YearPhase.RELEASED)
    assert world.phases.get(YEAR).phase is YearPhase.RELEASED
    assert [each.letter.id.authority for each in watched.stuck] == [ROCHFORD]
    assert [each.id.authority for each in watched.unknown] == [ROCHFORD]


def test_a_year_whose_letters_all_ended_is_complete_and_nothing_is_stuck() -> None:
    [watched] = watch(a_closed_world(S.BOUNCED), at=NOON + timedelta(days=99))

    assert watched == YearWatch(YEAR, YearPhase.COMPLETE, (), ())


def test_a_letter_that_was_replaced_is_watched_no_more() -> None:
    world = a_closed_world(S.DELIVERED)
    assert {letter.state for letter in world.letters.of_year(YEAR)} == {S.PLANNED, S.DELIVERED}

    assert watch(world, at=NOON + timedelta(days=99))[0].stuck == ()


def test_a_complete_year_is_still_watched_for_what_is_sent_again() -> None:
    world = a_closed_world(S.DELIVERED)
    watch(world)
    world.put_letter(S.CLAIMED, letter=replace(a_letter().id, dispatch=Dispatch(3)))

    [watched] = watch(world, at=NOON + timedelta(days=4))

    assert (watched.phase, len(watched.stuck)) == (YearPhase.COMPLETE, 1)


@pytest.mark.parametrize("later", range(YEARS_WATCHED + 1))
def test_a_year_is_watched_for_some_years_after_it(later: int) -> None:
    watched = watch(a_closed_world(S.CLAIMED), ReportingYear(YEAR.ends + later))

    assert bool(watched) == (later < YEARS_WATCHED)


def test_a_year_that_is_not_closed_is_left_alone() -> None:
    assert watch(World()) == []


def test_the_latest_year_is_watched_though_an_earlier_one_cannot_be_read() -> None:
    world = a_closed_world(S.CLAIMED)
    watch(world)
    # Closes, figures, letters, phase and stops of the latest year are read, and nothing is asked
    # for; then the year before comes.
    watching = world.under(Faults({6: Fault(ThrottledError)}))
    found = watching.watch_letters().watch(YEAR, NOON)

    first = next(found)
    with pytest.raises(ThrottledError):
        list(found)

    assert first.year == YEAR


@pytest.mark.parametrize(
    ("waited", "is_asked_for"),
    [
        (PREPARED_WITHIN, False),
        (PREPARED_WITHIN + MOMENT, True),
        (ASKED_AGAIN_WITHIN, True),
        (ASKED_AGAIN_WITHIN + MOMENT, False),
    ],
)
def test_a_letter_that_waits_to_be_prepared_is_asked_for_again_for_some_hours(
    waited: timedelta, *, is_asked_for: bool
) -> None:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    world.close()
    world.prepare(OTHER_DISTRICT)
    list(world.to_prepare.take())

    [watched] = watch(world, at=AFTER_THE_YEAR + waited)

    assert watched.taken_up == ((a_letter_id(),) if is_asked_for else ())
    assert tuple(world.to_prepare.take()) == watched.taken_up


def test_a_letter_that_was_changed_while_it_waited_waits_since_then() -> None:
    world = World(register=a_register(ROCHFORD))
    world.close()
    list(world.to_prepare.take())
    changed = AFTER_THE_YEAR + ASKED_AGAIN_WITHIN
    letter = world.letters.get(a_letter_id())
    world.letters.move(letter, reopened(letter, changed, "paragraphs changed"))

    [watched] = watch(world, at=changed + PREPARED_WITHIN + MOMENT)

    assert watched.taken_up == (a_letter_id(),)


def test_a_reissued_letter_that_is_missing_keeps_the_year_incomplete_and_is_planned() -> None:
    world = a_closed_world(S.DELIVERED)
    second = reissue(world, same_figures=True).letter
    del world.letters._letters[second]
    list(world.to_prepare.take())

    [watched] = watch(world, at=NOON + timedelta(days=99))

    assert (watched.phase, watched.taken_up) == (YearPhase.CLOSED, (second,))
    assert world.letters.get(second).state is S.PLANNED
    assert second in set(world.to_prepare.take())
