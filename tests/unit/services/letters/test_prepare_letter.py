from __future__ import annotations

from datetime import date, timedelta

import pytest

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.authorities import Authority, AuthorityCode, Register
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import Revision
from annual_review.services.documents import authority_figures_name, digest
from annual_review.services.errors import MissingError, PortError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import Move
from annual_review.services.letters.prepare_letter import Preparation
from tests.builders import (
    COUNTY,
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter_id,
    a_register,
    an_upheld_decision,
)
from tests.fakes.faults import BREAKING_OFF, Fault, Faults, ProcessDiedError
from tests.worlds import AFTER_THE_YEAR, World

S = LetterState
LETTER = a_letter_id()
ENDED = date(2019, 6, 30)
KINDS = ("pdf", "html", "txt", "xlsx", "eml")


def a_closed_world(register: Register | None = None) -> World:
    world = World(register=register or a_register(ROCHFORD, OTHER_DISTRICT))
    world.record(an_upheld_decision())
    world.close()
    return world


def kept(world: World) -> dict[str, bytes]:
    return {kind: world.documents.get(world.letters.get(LETTER).key(kind)) for kind in KINDS}


def move(world: World, *states: LetterState) -> None:
    """Take the letter along a way that the law of the states allows."""
    for state in states:
        step = Move(state, AFTER_THE_YEAR, "for a test")
        world.letters.move(world.letters.get(LETTER), step)


def test_a_planned_letter_is_rendered_and_kept_in_every_form() -> None:
    world = a_closed_world()

    assert world.prepare() is Preparation.PREPARED

    assert world.state_of() is S.PREPARED
    for kind, content in kept(world).items():
        assert content.startswith({"txt": "text"}.get(kind, kind).encode())


def test_a_prepared_letter_knows_the_hash_of_its_message() -> None:
    world = a_closed_world()

    world.prepare()

    assert world.letters.get(LETTER).message_sha256 == digest(kept(world)["eml"])


def test_an_authority_that_answers_for_itself_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_closed_world()
    read, asked = InMemoryDirectory.authority, []

    def authority(self: InMemoryDirectory, code: AuthorityCode) -> Authority | None:
        asked.append(code)
        return read(self, code)

    monkeypatch.setattr(InMemoryDirectory, "authority", authority)

    world.prepare()

    assert asked == [LETTER.authority]


def test_a_letter_prints_what_was_frozen_and_not_what_came_later() -> None:
    world = a_closed_world()
    world.record(an_upheld_decision("2"))

    world.prepare()

    (facts,) = world.renderer.rendered
    assert facts.figures.tally.upheld == 1
    assert facts.letter == LETTER


def test_preparing_twice_changes_nothing() -> None:
    world = a_closed_world()
    world.prepare()
    before, letter = kept(world), world.letters.get(LETTER)

    assert world.prepare(at=AFTER_THE_YEAR + timedelta(days=1)) is Preparation.UNCHANGED
    assert (kept(world), world.letters.get(LETTER)) == (before, letter)


def test_preparing_after_the_wording_changed_replaces_the_letter() -> None:
    world = a_closed_world()
    world.prepare()
    world.renderer.wording = "second wording"

    assert world.prepare() is Preparation.PREPARED
    assert b"second wording" in kept(world)["pdf"]
    assert world.letters.get(LETTER).message_sha256 == digest(kept(world)["eml"])


@pytest.mark.parametrize(
    "way",
    [
        (S.PREPARED, S.CLAIMED),
        (S.PREPARED, S.CLAIMED, S.UNKNOWN),
        (S.PREPARED, S.CLAIMED, S.UNKNOWN, S.FAILED),
        (S.PREPARED, S.CLAIMED, S.ACCEPTED, S.DELIVERED),
    ],
    ids=lambda way: way[-1],
)
def test_a_letter_that_somebody_has_dealt_with_is_left_as_it_is(way: tuple[S, ...]) -> None:
    world = a_closed_world()
    world.prepare()
    before = kept(world)
    move(world, *way)
    world.renderer.wording = "second wording"

    assert world.prepare() is Preparation.TOO_LATE
    assert kept(world) == before
    assert world.state_of() is way[-1]


def test_a_letter_that_cannot_be_printed_fails_with_the_reason() -> None:
    world = a_closed_world()
    world.renderer.unprintable = {ROCHFORD}

    assert world.prepare() is Preparation.UNPRINTABLE
    letter = world.letters.get(LETTER)
    assert letter.state is S.FAILED
    assert letter.history[-1].why == "the font lacks a character: use another one"


def test_a_failed_letter_is_prepared_once_its_reason_is_gone() -> None:
    world = a_closed_world()
    world.renderer.unprintable = {ROCHFORD}
    world.prepare()
    assert world.prepare() is Preparation.UNPRINTABLE
    world.renderer.unprintable = set()

    assert world.prepare() is Preparation.PREPARED


def test_a_prepared_letter_that_can_no_longer_be_printed_fails_and_is_not_sent() -> None:
    world = a_closed_world()
    world.prepare()
    world.renderer.unprintable = {ROCHFORD}

    assert world.prepare() is Preparation.UNPRINTABLE
    assert world.state_of() is S.FAILED


def test_a_letter_that_was_never_planned_is_missing() -> None:
    with pytest.raises(MissingError, match="no letter 2020-1-E10000012"):
        a_closed_world().prepare(COUNTY)


def test_a_letter_of_a_revision_that_was_never_frozen_is_not_prepared() -> None:
    world = a_closed_world()
    world.put_letter(S.PLANNED, letter=a_letter_id(revision=2))

    with pytest.raises(MissingError, match="figures of letter 2020-2-E07000075 are not frozen"):
        world.prepare_letter().prepare(a_letter_id(revision=2), NOON)


def test_a_later_revision_does_not_touch_the_letter_of_an_earlier_one() -> None:
    world = a_closed_world()
    world.closes.add(Close(YEAR, Revision(2), "0" * 64, AFTER_THE_YEAR))

    assert world.prepare() is Preparation.PREPARED


def test_figures_other_than_those_the_letter_was_planned_from_are_not_printed() -> None:
    world = a_closed_world()
    close = world.closes.latest(YEAR)
    assert close
    key = f"{close.folder}/{authority_figures_name(ROCHFORD)}"
    world.documents.put(key, world.documents.get(key).replace(b'"upheld": 1', b'"upheld": 2'), "")

    with pytest.raises(MissingError, match="is not the record that letter"):
        world.prepare()
    assert world.state_of() is S.PLANNED


def test_a_sample_letter_says_so() -> None:
    world = a_closed_world()

    world.prepare_letter(is_sample=True).prepare(LETTER, AFTER_THE_YEAR)

    assert world.renderer.rendered[0].is_sample


def calls_of_preparing() -> int:
    faults = Faults()
    a_closed_world().under(faults).prepare()
    return len(faults.calls)


@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
@pytest.mark.parametrize("number", range(calls_of_preparing()))
def test_preparing_again_after_a_fault_of_any_call_ends_whole(number: int, fault: Fault) -> None:
    undisturbed = a_closed_world()
    undisturbed.prepare()
    world = a_closed_world()

    with pytest.raises((PortError, ProcessDiedError)):
        world.under(Faults({number: fault})).prepare()
    world.prepare()

    assert kept(world) == kept(undisturbed)
    assert world.state_of() is S.PREPARED
    assert world.letters.get(LETTER).message_sha256 == digest(kept(world)["eml"])
