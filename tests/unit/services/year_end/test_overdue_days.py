from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from annual_review.domain.letters import LetterState
from annual_review.domain.year_phases import YearPhase
from annual_review.services.year_end.overdue_days import TOLD_FOR, Overdue, overdue
from annual_review.services.year_end.watch_letters import stale_approvals
from annual_review.services.year_end.year_phases import YearRead
from tests.builders import OTHER_DISTRICT, YEAR, a_letter
from tests.worlds import ISSUE_DATE, due_days

S = LetterState
DAYS = due_days(YEAR)
A_DAY = timedelta(days=1)


def closed(*letters: LetterState, attempts: int = 0) -> YearRead:
    held = [replace(a_letter(state), attempts=attempts) for state in letters]
    return YearRead(YEAR, is_closed=True, all_letters=tuple(held))


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (DAYS.year_end, ()),
        (DAYS.year_end + A_DAY, (Overdue.YEAR_END,)),
        (DAYS.year_end + TOLD_FOR, (Overdue.YEAR_END,)),
        (DAYS.year_end + TOLD_FOR + A_DAY, ()),
    ],
)
def test_a_year_that_is_not_closed_is_told_from_the_day_after_for_two_months(
    today: date, told: tuple[Overdue, ...]
) -> None:
    assert overdue(YearRead(YEAR), YearPhase.OPEN, DAYS, today) == told


@pytest.mark.parametrize("state", [S.PLANNED, S.PREPARED, S.APPROVED])
def test_letters_of_which_none_was_tried_are_told_from_the_day_after(state: LetterState) -> None:
    forgotten = closed(state)

    assert overdue(forgotten, YearPhase.PREPARED, DAYS, ISSUE_DATE) == ()
    assert overdue(forgotten, YearPhase.PREPARED, DAYS, ISSUE_DATE + A_DAY) == (
        Overdue.LETTERS_DAY,
    )


def test_letters_that_were_tried_or_are_all_held_are_not_overdue() -> None:
    for read in (closed(S.FAILED, attempts=1), closed(S.HELD), closed()):
        assert overdue(read, YearPhase.PREPARED, DAYS, ISSUE_DATE + A_DAY) == ()


def test_a_year_that_is_not_public_the_day_after_is_told() -> None:
    sent, today = closed(S.DELIVERED, attempts=1), DAYS.publication + A_DAY

    assert overdue(sent, YearPhase.COMPLETE, DAYS, DAYS.publication) == ()
    assert overdue(sent, YearPhase.COMPLETE, DAYS, today) == (Overdue.PUBLICATION,)
    assert overdue(sent, YearPhase.PUBLISHED, DAYS, today) == ()


def test_an_approval_of_other_bytes_than_the_prepared_is_stale() -> None:
    read = replace(a_letter(S.APPROVED), message_sha256="b", approved_sha256="a")
    sound = replace(
        a_letter(S.APPROVED, authority=OTHER_DISTRICT), message_sha256="b", approved_sha256="b"
    )
    taken_back = replace(a_letter(S.PREPARED), message_sha256="b", approved_sha256="a")

    assert stale_approvals([read, sound, taken_back]) == (read,)
