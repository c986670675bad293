from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from annual_review.adapters.known_authorities import KnownAuthorities
from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.recipients import Recipient
from annual_review.services.errors import UnavailableError
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_recipient,
    a_register,
    an_authority,
    recipients,
)
from tests.integration.world import World


def test_the_register_comes_back_as_it_was_loaded(world: World) -> None:
    register = a_register(
        an_authority(
            ROCHFORD,
            name="Rochford & “Sons” – Cyngor",
            in_being_from=date(1974, 4, 1),
            in_being_to=date(2020, 3, 31),
            successors=(OTHER_DISTRICT, COUNTY),
            population=87_000,
        ),
        an_authority(OTHER_DISTRICT, population=0),
        an_authority(COUNTY, type_=AuthorityType.COUNTY),
    )
    receiving = {
        ROCHFORD: a_recipient(ROCHFORD, copies=("leader@rochford.example", "b@rochford.example")),
        COUNTY: a_recipient(COUNTY),
    }

    world.knows(register, receiving)

    assert dict(world.directory.register()) == dict(register)
    assert world.directory.recipients() == receiving


def test_loading_replaces_entries_and_deletes_none(world: World) -> None:
    world.knows(a_register(an_authority(ROCHFORD, population=1), COUNTY), recipients(COUNTY))

    world.knows(a_register(an_authority(ROCHFORD, population=2)), recipients(ROCHFORD))

    register = world.directory.register()
    assert register[ROCHFORD].population == 2
    assert set(register) == {ROCHFORD, COUNTY}
    assert set(world.directory.recipients()) == {ROCHFORD, COUNTY}


def test_a_register_of_any_size_is_loaded_in_full(world: World) -> None:
    codes = [f"E{number:08}" for number in range(60)]

    world.knows(a_register(*codes), recipients(*codes))

    assert list(world.directory.register()) == codes
    assert list(world.directory.recipients()) == codes


class CountingDirectory:
    """A directory that counts how often it is read."""

    def __init__(self, *codes: str) -> None:
        self.holds = a_register(*codes)
        self.fails = False
        self.registers = self.recipients_read = 0

    def register(self) -> Register:
        self.registers += 1
        if self.fails:
            raise UnavailableError("Query: InternalServerError")
        return self.holds

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        self.recipients_read += 1
        return recipients(ROCHFORD)


class Clock:
    """Seconds that pass when a test says so."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_known_authorities_are_found_in_a_copy_of_the_register() -> None:
    source = CountingDirectory(ROCHFORD)
    known = KnownAuthorities(source, Clock())

    found = [known.find(ROCHFORD) for _ in range(100)]

    assert found == [an_authority(ROCHFORD)] * 100
    assert source.registers == 1


def test_a_flood_of_unknown_codes_is_not_a_flood_of_readings() -> None:
    source = CountingDirectory(ROCHFORD)
    known = KnownAuthorities(source, Clock())

    assert [known.find(COUNTY) for _ in range(100)] == [None] * 100
    assert source.registers == 1


def test_an_authority_just_added_to_the_register_is_found_soon() -> None:
    source, clock = CountingDirectory(ROCHFORD), Clock()
    known = KnownAuthorities(source, clock)
    known.find(ROCHFORD)
    source.holds = a_register(ROCHFORD, COUNTY)

    clock.seconds += known.unknown_again

    assert known.find(COUNTY) == an_authority(COUNTY)


def test_a_changed_entry_is_known_after_a_while() -> None:
    source, clock = CountingDirectory(ROCHFORD), Clock()
    known = KnownAuthorities(source, clock)
    known.find(ROCHFORD)
    changed = an_authority(ROCHFORD, in_being_from=date(2019, 4, 1))
    source.holds = a_register(changed)

    clock.seconds += known.lasts

    assert known.find(ROCHFORD) == changed


def test_a_register_that_cannot_be_read_is_not_asked_message_by_message() -> None:
    source, clock = CountingDirectory(ROCHFORD), Clock()
    source.fails = True
    known = KnownAuthorities(source, clock)
    for _ in range(100):
        with pytest.raises(UnavailableError):
            known.find(ROCHFORD)
    assert source.registers == 1

    source.fails = False
    clock.seconds += known.unknown_again

    assert known.find(ROCHFORD) == an_authority(ROCHFORD)


def test_a_copy_that_cannot_be_renewed_serves_on_for_those_it_holds() -> None:
    source, clock = CountingDirectory(ROCHFORD), Clock()
    known = KnownAuthorities(source, clock)
    known.find(ROCHFORD)
    source.fails = True

    clock.seconds += known.lasts

    assert known.find(ROCHFORD) == an_authority(ROCHFORD)
    with pytest.raises(UnavailableError):
        known.find(COUNTY)


def test_recording_never_reads_the_recipients() -> None:
    source = CountingDirectory(ROCHFORD)

    KnownAuthorities(source, Clock()).find(COUNTY)

    assert source.recipients_read == 0
