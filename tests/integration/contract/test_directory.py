from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.domain.letters import LetterState
from annual_review.services.letters.directory_store import DirectoryChangedError, SeenEntry
from annual_review.services.letters.letter import Letter, LetterMovedError, Move
from tests.builders import COUNTY, NOON, ROCHFORD, a_letter, a_recipient, an_authority
from tests.integration.contract.stores import Stores, moved_away_and_back

S = LetterState
BACK = Move(S.PLANNED, NOON, "recipient or register changed", withdraws_approval=True)
OLD = a_recipient()
NEW = a_recipient(email="new@rochford.example")


@pytest.fixture
def letter(stores: Stores) -> Letter:
    """An approved letter, made from a recipient that is kept."""
    stores.directory.put([SeenEntry(OLD, 0)], [])
    letter = a_letter(S.APPROVED, message_sha256="m")
    stores.letters.plan(letter)
    return letter


def kept(stores: Stores) -> SeenEntry:
    return stores.directory.read().recipients[ROCHFORD]


def test_entries_are_kept_under_their_next_version_and_letters_move(
    stores: Stores, letter: Letter
) -> None:
    stores.directory.put([SeenEntry(NEW, 1), SeenEntry(an_authority(), 0)], [(letter, BACK)])

    read = stores.directory.read()
    assert read.recipients == {ROCHFORD: SeenEntry(NEW, 2)}
    assert read.authorities == {ROCHFORD: SeenEntry(an_authority(), 1)}
    assert stores.letters.get(letter.id) == BACK.applied_to(letter)


@pytest.mark.parametrize("seen", [0, 1, 9])
def test_an_entry_that_was_changed_since_is_left_though_it_reads_the_same_again(
    stores: Stores, letter: Letter, seen: int
) -> None:
    stores.directory.put([SeenEntry(NEW, 1)], [])
    stores.directory.put([SeenEntry(OLD, 2)], [])

    with pytest.raises(DirectoryChangedError):
        stores.directory.put([SeenEntry(an_authority(COUNTY), 0), SeenEntry(NEW, seen)], [])
    with pytest.raises(DirectoryChangedError):
        stores.directory.put([SeenEntry(NEW, seen)], [(letter, BACK)])

    assert kept(stores) == SeenEntry(OLD, 3)
    assert stores.directory.read().authorities == {}
    assert stores.letters.get(letter.id) == letter


def test_where_a_letter_was_changed_since_no_entry_is_kept(stores: Stores, letter: Letter) -> None:
    now = moved_away_and_back(stores.letters, letter)

    with pytest.raises(LetterMovedError) as caught:
        stores.directory.put([SeenEntry(NEW, 1)], [(letter, BACK)])

    assert caught.value.letter == stores.letters.get(letter.id) == now
    assert kept(stores) == SeenEntry(OLD, 1)


def test_who_was_second_with_the_same_entry_is_told_that_its_letters_did_not_move(
    stores: Stores, letter: Letter
) -> None:
    stores.directory.put([SeenEntry(NEW, 1)], [])

    with pytest.raises(DirectoryChangedError):
        stores.directory.put([SeenEntry(NEW, 1)], [(letter, BACK)])

    assert stores.letters.get(letter.id) == letter


BEFORE = an_authority("E07000001")
CHANGED = an_authority(ROCHFORD, former_codes=[BEFORE.code])


def test_an_entry_under_a_former_code_gives_way_and_leads_to_the_authority(stores: Stores) -> None:
    stores.directory.put([SeenEntry(BEFORE, 0)], [])

    stores.directory.put([SeenEntry(CHANGED, 0, superseded=(1,))], [])
    stores.directory.put([SeenEntry(replace(CHANGED, population=9), 1, superseded=(0,))], [])

    now = replace(CHANGED, population=9)
    assert stores.directory.read().authorities == {ROCHFORD: SeenEntry(now, 2)}
    assert dict(stores.directory.register()) == {ROCHFORD: now}
    assert stores.directory.authority(BEFORE.code) == stores.directory.authority(ROCHFORD) == now


def test_an_entry_that_was_changed_since_does_not_give_way(stores: Stores) -> None:
    stores.directory.put([SeenEntry(BEFORE, 0)], [])
    stores.directory.put([SeenEntry(replace(BEFORE, population=9), 1)], [])

    with pytest.raises(DirectoryChangedError):
        stores.directory.put([SeenEntry(CHANGED, 0, superseded=(1,))], [])

    assert list(stores.directory.read().authorities) == [BEFORE.code]


def test_a_code_that_is_no_former_one_after_all_is_an_authority_again(stores: Stores) -> None:
    stores.directory.put([SeenEntry(CHANGED, 0, superseded=(0,))], [])

    stores.directory.put([SeenEntry(an_authority(ROCHFORD), 1), SeenEntry(BEFORE, 0)], [])

    assert stores.directory.authority(BEFORE.code) == BEFORE
    assert set(stores.directory.register()) == {BEFORE.code, ROCHFORD}
