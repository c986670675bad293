"""Who a letter is addressed to, on the day on which it goes out (rule 6)."""

from __future__ import annotations

from datetime import date

import pytest

from annual_review.domain.authorities import Register
from annual_review.services.errors import MissingError
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_recipient,
    a_register,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.worlds import World

ENDED = date(2019, 6, 30)


def a_closed_world(register: Register) -> World:
    world = World(register=register)
    world.close()
    return world


def test_an_authority_in_being_receives_its_letter_under_its_own_name() -> None:
    world = a_closed_world(a_register())

    world.prepare()

    (facts,) = world.renderer.rendered
    assert facts.recipient == a_recipient(ROCHFORD)
    assert facts.addressed_authority == "Council E07000075"
    assert not facts.goes_to_successor


def test_the_letter_of_an_abolished_authority_goes_to_its_successor() -> None:
    gone = an_authority(in_being_to=ENDED, successors=[OTHER_DISTRICT])
    world = a_closed_world(a_register(gone, OTHER_DISTRICT))

    world.prepare()

    (facts,) = world.renderer.rendered
    assert facts.figures.authority.code == ROCHFORD
    assert facts.recipient == a_recipient(OTHER_DISTRICT)
    assert facts.addressed_authority == "Council E07000076"
    assert facts.goes_to_successor


def test_a_divided_authority_is_one_letter_to_the_first_copied_to_the_other_successors() -> None:
    gone = an_authority(in_being_to=ENDED, successors=[OTHER_DISTRICT, COUNTY])
    world = World(
        register=a_register(gone, OTHER_DISTRICT, COUNTY),
        receiving={
            OTHER_DISTRICT: a_recipient(OTHER_DISTRICT, copies=["link@e07.example"]),
            COUNTY: a_recipient(COUNTY, copies=["not.asked@e10.example"]),
        },
    )
    world.close()

    world.prepare()

    (facts,) = world.renderer.rendered
    assert facts.recipient.authority == OTHER_DISTRICT
    assert facts.recipient.copies == ("link@e07.example", "chief.executive@e10000012.example")


def test_a_mailbox_is_copied_once() -> None:
    gone = an_authority(in_being_to=ENDED, successors=[OTHER_DISTRICT, COUNTY])
    world = World(
        register=a_register(gone, OTHER_DISTRICT, COUNTY),
        receiving={
            OTHER_DISTRICT: a_recipient(OTHER_DISTRICT, copies=["both@e.example"]),
            COUNTY: a_recipient(COUNTY, email="both@e.example"),
        },
    )
    world.close()

    world.prepare()

    assert world.renderer.rendered[0].recipient.copies == ("both@e.example",)


def test_a_successor_outside_the_register_is_addressed_as_successor() -> None:
    gone = an_authority(in_being_to=ENDED, successors=["E06000099"])
    world = World(register=a_register(gone), receiving=recipients("E06000099"))
    world.record(an_upheld_decision())
    world.close()

    world.prepare()

    assert world.renderer.rendered[0].addressed_authority == "Successor to Council E07000075"


def test_without_a_recipient_nothing_is_rendered() -> None:
    world = a_closed_world(a_register())
    world.directory.receiving = {}

    with pytest.raises(MissingError, match="no recipient for the letter of E07000075"):
        world.prepare()
    assert world.renderer.rendered == []
