from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import Letter, LetterMovedError, Move
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id
from tests.integration.contract.stores import Stores, moved_away_and_back

FIRST = Close(YEAR, Revision(1), "first", NOON)
REISSUE = Close(YEAR, Revision(2), "second", NOON, ROCHFORD)
PLANNED = replace(a_letter(), id=a_letter_id(revision=2))
REPLACED = "replaced by revision 2"


def test_closes_come_by_revision_for_each_year(stores: Stores) -> None:
    closes = [Close(YEAR, Revision(revision), f"sha-{revision}", NOON) for revision in (10, 1, 2)]
    for each in closes:
        assert stores.closes.add(each) == each
    stores.closes.add(Close(ReportingYear(2021), Revision(1), "sha", NOON))

    assert list(stores.closes.of_year(YEAR)) == [closes[1], closes[2], closes[0]]
    assert stores.closes.latest(YEAR) == closes[0]
    assert stores.closes.latest(ReportingYear(2019)) is None


def test_nothing_edits_a_close(stores: Stores) -> None:
    stores.closes.add(FIRST)

    kept = stores.closes.add(replace(FIRST, figures_sha256="other", at=NOON + timedelta(days=1)))

    assert kept == stores.closes.latest(YEAR) == FIRST


@pytest.fixture
def before(stores: Stores) -> tuple[Letter, Letter]:
    """A closed year with a letter and its next dispatch, both to be replaced."""
    stores.closes.add(FIRST)
    letters = a_letter(LetterState.BOUNCED), a_letter(authority=OTHER_DISTRICT)
    for each in letters:
        stores.letters.plan(each)
    return letters


def held(letter: Letter) -> tuple[Letter, Move]:
    return letter, Move(LetterState.HELD, NOON, REPLACED)


def test_a_reissue_is_kept_with_its_letter_and_holds_those_before(
    stores: Stores, before: tuple[Letter, Letter]
) -> None:
    moves = [held(each) for each in before]

    assert stores.closes.reissue(REISSUE, PLANNED, moves) == REISSUE

    assert list(stores.closes.of_year(YEAR)) == [FIRST, REISSUE]
    then = [move.applied_to(letter) for letter, move in moves]
    assert list(stores.letters.of_year(YEAR)) == [*then, PLANNED]


def test_where_a_letter_was_changed_since_it_was_read_nothing_is_reissued(
    stores: Stores, before: tuple[Letter, Letter]
) -> None:
    one, other = before
    now = moved_away_and_back(stores.letters, other)

    with pytest.raises(LetterMovedError) as caught:
        stores.closes.reissue(REISSUE, PLANNED, [held(one), held(other)])

    assert caught.value.letter == now
    assert list(stores.closes.of_year(YEAR)) == [FIRST]
    assert list(stores.letters.of_year(YEAR)) == [one, now]


def test_of_two_reissues_with_one_revision_the_second_writes_nothing(
    stores: Stores, before: tuple[Letter, Letter]
) -> None:
    one, other = before
    stores.closes.reissue(REISSUE, PLANNED, [held(one)])
    letters = stores.letters.of_year(YEAR)
    late = replace(REISSUE, figures_sha256="late", reissues=OTHER_DISTRICT)
    planned = replace(PLANNED, id=a_letter_id(OTHER_DISTRICT, revision=2))

    assert stores.closes.reissue(late, planned, [held(other)]) == REISSUE

    assert stores.letters.of_year(YEAR) == letters
